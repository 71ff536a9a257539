import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aHomestay } from '../../../testing/catalogue.ts';
import type { Homestay } from '../domain/homestay.ts';
import { countHomestays } from './count-homestays.ts';
import { type ListHomestaysNeeds, listHomestays } from './list-homestays.ts';

const stay = { checkIn: '2026-12-01', checkOut: '2026-12-03' };
const idAt = (n: number) => String(n).padStart(6, '0');
const arrivedAt = new Date('2026-01-01T00:00:00Z');
const homestayOf = (row: Partial<Homestay>): Homestay => {
  const { importedRating, ...homestay } = aHomestay();
  return { ...homestay, arrivedAt, rating: null, bookable: true, ...row };
};

/** A catalogue of homestays by number, of which those in `taken` have a taken night. */
function catalogue(size: number, taken: (n: number) => boolean, row: Partial<Homestay> = {}) {
  const asked: number[] = [];
  const ids = Array.from({ length: size }, (_, n) => idAt(n));
  const needs: ListHomestaysNeeds = {
    limits: { maxNights: 30, maxDaysAhead: 365 },
    now: async () => new Date('2026-11-27T10:00:00Z'),
    listedHomestays: async ({ after, limit }) =>
      ids
        .filter((id) => after === null || id > after.id)
        .slice(0, limit)
        .map((id) => homestayOf({ id, ...row })),
    countListed: async () => size,
    pricedHomestays: async () => ids.map((id) => homestayOf({ id, ...row })),
    homestaysByIds: async (wanted) => wanted.map((id) => homestayOf({ id, ...row })),
    ownNightPrices: async () => [],
    takenHomestays: async (candidates) => {
      asked.push(candidates.length);
      return new Set(candidates.filter((id) => taken(Number(id))));
    },
  };
  return { needs, asked };
}

const pageOf = (first: number, after: string | null = null) => ({
  first,
  after,
  filter: { stay },
  sort: 'RECOMMENDED' as const,
});

async function everyPage(needs: ListHomestaysNeeds, first: number): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = await listHomestays(needs, pageOf(first, after));
    found.push(...nodes.map(({ id }) => id));
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

test('the pages of free homestays hold each of them once, in order, whatever is taken', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 300 }),
      fc.integer({ min: 1, max: 100 }),
      async (taken, first) => {
        const { needs } = catalogue(taken.length, (n) => taken[n] as boolean);
        expect(await everyPage(needs, first)).toEqual(
          taken.flatMap((isTaken, n) => (isTaken ? [] : [idAt(n)])),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('a page costs little if hardly anything is free, and the next one goes on from there', async () => {
  const { needs, asked } = catalogue(12_000, (n) => n !== 11_000);
  const page = await listHomestays(needs, pageOf(20));
  expect(page).toMatchObject({
    nodes: [],
    pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
  });
  expect(asked.reduce((sum, count) => sum + count)).toBeLessThan(5_500);
  expect(Math.max(...asked)).toBeLessThanOrEqual(500);
  expect(await everyPage(needs, 20)).toEqual([idAt(11_000)]);
});

test('a full page asks about no more homestays than it needs', async () => {
  const { needs, asked } = catalogue(12_000, () => false);
  const page = await listHomestays(needs, pageOf(20));
  expect(page.nodes).toHaveLength(20);
  expect(page.pageInfo.hasNextPage).toBe(true);
  expect(asked).toEqual([42]);
});

test('without candidates the order service is not asked', async () => {
  const { needs, asked } = catalogue(0, () => false);
  expect((await listHomestays(needs, pageOf(20))).pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
  expect(asked).toEqual([]);
});

test.each([
  ['2026-11-27', 'Asia/Shanghai', 1],
  ['2026-11-26', 'Asia/Shanghai', 0],
  ['2026-11-26', 'Pacific/Honolulu', 0],
  ['2027-11-27', 'Asia/Shanghai', 1],
  ['2027-11-28', 'Asia/Shanghai', 0],
])('a stay from %s in %s is listed as ordering allows it: %d', async (checkIn, timeZone, count) => {
  const { needs } = catalogue(1, () => false, { timeZone });
  const filter = { stay: { checkIn, checkOut: '2027-12-01' } };
  needs.limits.maxNights = 366 * 2;
  const page = await listHomestays(needs, { first: 5, filter, sort: 'RECOMMENDED' });
  expect(page.nodes).toHaveLength(count);
});

test('a cursor of another sort is refused', async () => {
  const { needs } = catalogue(3, () => false);
  const { pageInfo } = await listHomestays(needs, pageOf(1));
  await expect(
    listHomestays(needs, { ...pageOf(1, pageInfo.endCursor), sort: 'NEWEST' }),
  ).rejects.toThrow('not a cursor of this list in this sort');
});

test('a fault of the filter is the client’s', async () => {
  const { needs } = catalogue(3, () => false);
  await expect(
    listHomestays(needs, { first: 1, filter: { guests: 0 }, sort: 'NEWEST' }),
  ).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
});

test('a total counts what can be booked, and stops at what would cost too much', async () => {
  const { needs } = catalogue(700, (n) => n % 7 === 0);
  const countListed = async (_: unknown, limit: number) => Math.min(limit, 700);
  expect(await countHomestays({ ...needs, countListed }, { stay })).toBe(600);
  expect(await countHomestays({ ...needs, countListed }, {})).toBe(700);
  const endless = async (_: unknown, limit: number) => limit;
  expect(await countHomestays({ ...needs, countListed: endless }, { stay })).toBeNull();
  expect(await countHomestays({ ...needs, countListed: endless }, {})).toBeNull();
});
