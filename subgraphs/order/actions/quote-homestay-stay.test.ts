import { expect, test } from '@jest/globals';
import {
  sampleHomestay,
  sampleLimits,
  sampleNow,
  sampleOrder,
} from '../../../testing/order/sample-order.ts';
import type { Homestay } from '../domain/order.ts';
import { type QuoteHomestayStayNeeds, quoteHomestayStay } from './quote-homestay-stay.ts';

const input = { checkIn: '2026-12-10', checkOut: '2026-12-12', guests: 2, needFood: true };
const order = sampleOrder(input);

/** What a stay at the lake house costs Ana. */
async function quoted(
  given: Partial<Homestay> | null = {},
  { stay = {}, needs = {}, userId = 'traveller-an' as string | null } = {},
) {
  const asked: unknown[] = [];
  const all: QuoteHomestayStayNeeds = {
    now: async () => sampleNow,
    limits: sampleLimits,
    homestay: async (id, { checkIn, checkOut }) => {
      asked.push([id, checkIn, checkOut]);
      return given && sampleHomestay(given);
    },
    heldNights: async (...look) => {
      asked.push(look);
      return [];
    },
    ordersBySn: async () => [order],
    ...needs,
  };
  const quote = await quoteHomestayStay(all, userId ?? undefined, 'lake-house', {
    ...input,
    ...stay,
  });
  return { quote, asked };
}

test('a quote has what an order costs, night by night, and until when what goes back', async () => {
  const { quote, asked } = await quoted({ nightPrices: { '2026-12-11': 40_000 } });
  expect(quote).toEqual({
    ...input,
    nightLines: [
      { night: '2026-12-10', price: { amount: 30_000, currency: 'CNY' } },
      { night: '2026-12-11', price: { amount: 40_000, currency: 'CNY' } },
    ],
    homestayTotal: { amount: 70_000, currency: 'CNY' },
    foodTotal: { amount: 20_000, currency: 'CNY' },
    total: { amount: 90_000, currency: 'CNY' },
    refundTerms: [{ until: '2026-12-03', share: 100 }],
    payWithinMs: 1_200_000,
  });
  expect(asked).toEqual([
    ['lake-house', '2026-12-10', '2026-12-12'],
    ['lake-house', ['2026-12-10', '2026-12-11']],
  ]);
});

test('what ordering refuses, a quote refuses, all at once and with limits', async () => {
  const { quote, asked } = await quoted({ foodPrice: null }, { stay: { guests: 5 } });
  expect(quote).toMatchObject({
    reason: 'GUESTS_OUT_OF_RANGE',
    path: ['input', 'guests'],
    limits: { min: 1, max: 4 },
    also: [{ reason: 'FOOD_NOT_SERVED', path: ['input', 'needFood'] }],
  });
  expect(quote).not.toHaveProperty('payWithinMs');
  expect(asked).toHaveLength(1);
  expect((await quoted(null)).quote).toMatchObject({ reason: 'HOMESTAY_UNKNOWN' });
});

test.each([
  ['the traveller whose own order holds them', 'traveller-an', order.sn],
  ['another traveller', 'traveller-bo', undefined],
  ['a visitor', null, undefined],
])('taken nights are named to %s', async (_title, userId, ownOrderSn) => {
  const heldNights = async () => [{ night: '2026-12-11', orderSn: order.sn }];
  const { quote } = await quoted({}, { userId, needs: { heldNights } });
  expect(quote).toMatchObject({ reason: 'NIGHTS_TAKEN', takenNights: ['2026-12-11'] });
  expect('ownOrderSn' in quote ? quote.ownOrderSn : undefined).toBe(ownOrderSn);
});
