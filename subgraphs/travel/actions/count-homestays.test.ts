import { expect, test } from '@jest/globals';
import { aHomestay } from '../../../testing/catalogue.ts';
import type { Homestay } from '../domain/homestay.ts';
import { type CountHomestaysNeeds, countHomestays } from './count-homestays.ts';

const { importedRating, ...row } = aHomestay();
const homestay: Homestay = { ...row, arrivedAt: new Date(0), rating: null, bookable: true };
const stay = { checkIn: '2026-12-01', checkOut: '2026-12-03' };

/** Counts where a search lists so many homestays, of which these are taken. */
async function counted(listed: number, { filter = {}, taken = [] as string[], free = 0 } = {}) {
  const asked: unknown[] = [];
  const needs = {
    limits: { maxNights: 30, maxDaysAhead: 365 },
    now: async () => new Date('2026-11-27T10:00:00Z'),
    countListed: async (...args: unknown[]) => {
      asked.push(args);
      return listed;
    },
    listedHomestays: async () =>
      Array.from({ length: free }, (_, n) => ({ ...homestay, id: `home-${n}` })),
    ownNightPrices: async () => [],
    takenHomestays: async () => new Set(taken),
  };
  return { count: await countHomestays(needs as unknown as CountHomestaysNeeds, filter), asked };
}

test('without a stay the catalogue is counted, up to a limit', async () => {
  expect(await counted(10_000)).toEqual({ count: 10_000, asked: [[{}, 10_001]] });
  expect((await counted(10_001)).count).toBeNull();
});

test('for a stay those are counted that are free', async () => {
  const found = await counted(3, { filter: { stay }, free: 3, taken: ['home-1'] });
  expect(found).toEqual({ count: 2, asked: [[{ stay }, 5_001]] });
});

test('too many candidates for a stay are not counted', async () => {
  expect((await counted(5_000, { filter: { stay } })).count).toBe(0);
  expect((await counted(5_001, { filter: { stay } })).count).toBeNull();
});

test('candidates for a stay are counted whatever a night costs usually', async () => {
  const price = { currency: 'CNY', min: 1, max: 2 };
  const { asked } = await counted(0, { filter: { stay, price } });
  expect(asked).toEqual([[{ stay, price: { currency: 'CNY' } }, 5_001]]);
});
