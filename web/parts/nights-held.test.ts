import { expect, test } from '@jest/globals';
import { orderStates, states } from '../../subgraphs/order/domain/state.ts';
import { statesThatHoldNights } from './nights-held.ts';

test('the calendar of a host shows every order that holds nights', () => {
  const held = orderStates.filter((state) => states[state].holdsNights);
  expect([...statesThatHoldNights].sort()).toEqual(held.sort());
});
