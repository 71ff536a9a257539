import { expect, test } from '@jest/globals';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { orderStates } from '../domain/state.ts';
import { orderedStay } from './ordered-stay.ts';

test.each(
  orderStates,
)('a stay that is %s is used only if its guest was checked in', async (state) => {
  const stay = await orderedStay({ order: async () => sampleOrder({ state }) }, 'HSO1');
  expect(stay).toEqual({
    homestayId: 'lake-house',
    travellerId: 'traveller-an',
    used: state === 'USED',
  });
});

test('an order that does not exist has no stay', async () => {
  expect(await orderedStay({ order: async () => null }, 'HSO1')).toBeNull();
});
