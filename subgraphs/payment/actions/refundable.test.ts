import { expect, test } from '@jest/globals';
import { samplePaid, samplePayment, sampleProviders } from '../../../testing/payment/samples.ts';
import { refundable } from './refundable.ts';

const offer = { share: 50, until: '2026-12-09' };
const back = async (refunded: number, share = 50) =>
  (await refundable({ providers: {} }, [samplePaid({ refunded })], { ...offer, share }))?.amount;

test.each([
  ['nothing went back before', 0, 5_000],
  ['less than the rest went back', 5_000, 5_000],
  ['a part of the share went back', 8_000, 2_000],
  ['everything went back', 10_000, 0],
  ['a dispute took more than there was', 13_000, 0],
])('where %s, a traveller who leaves gets the share of what is left', async (_, gone, amount) => {
  expect(await back(gone)).toEqual({ amount, currency: 'CNY' });
});

test('an order that no payment has paid has nothing to give back', async () => {
  const others = [samplePayment(), samplePaid({ orderAnswer: 'REFUSED' })];
  expect(await refundable({ providers: {} }, others, offer)).toBeNull();
});

test('the share is rounded down to what the provider can refund', async () => {
  const limits = () => ({ smallest: 1, largest: 1_000_000, step: 1_000 });
  const providers = sampleProviders({ limits });
  const found = await refundable({ providers }, [samplePaid()], { ...offer, share: 55 });
  expect(found?.amount.amount).toBe(5_000);
});
