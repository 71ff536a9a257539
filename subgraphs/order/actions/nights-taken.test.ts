import { expect, test } from '@jest/globals';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { nightsTakenFor } from './nights-taken.ts';

const order = sampleOrder();
const held = [
  { night: '2026-12-09' },
  { night: '2026-12-10', orderSn: order.sn },
  { night: '2026-12-11', orderSn: order.sn },
];
const takenNights = ['2026-12-09', '2026-12-10', '2026-12-11'];

test.each([
  ['the traveller whose order holds them', 'traveller-an', [[order.sn]], order.sn],
  ['another traveller', 'traveller-bo', [[order.sn]], undefined],
  ['a visitor', undefined, [], undefined],
])('taken and blocked nights, for %s', async (_, travellerId, looks, ownOrderSn) => {
  const asked: unknown[] = [];
  const ordersBySn = async (sns: readonly string[]) => {
    asked.push(sns);
    return [order];
  };
  const refusal = await nightsTakenFor({ ordersBySn }, travellerId, held);
  expect(refusal).toMatchObject({ reason: 'NIGHTS_TAKEN', takenNights });
  expect(refusal.ownOrderSn).toBe(ownOrderSn);
  expect(asked).toEqual(looks);
});
