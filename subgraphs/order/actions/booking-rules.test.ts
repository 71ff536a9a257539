import { expect, test } from '@jest/globals';
import { sampleLimits, sampleNow } from '../../../testing/order/sample-order.ts';
import { bookingRules, serverTime } from './booking-rules.ts';

test('the rules are the limits that orders are held to', () => {
  expect(bookingRules({ limits: sampleLimits })).toEqual({
    maxNights: 30,
    maxDaysAhead: 365,
    maxRemarkLength: 200,
    maxUnpaidOrders: 5,
    maxUnpaidOrdersAtHomestay: 3,
    payWithinMs: 1_200_000,
    refundPolicy: [{ daysBefore: 7, share: 100 }],
  });
});

test('the server time is the database clock', async () => {
  expect(await serverTime({ now: async () => sampleNow })).toBe(sampleNow);
});
