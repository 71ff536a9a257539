import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Homestay } from '../domain/homestay.ts';
import { type ListHomestaysNeeds, listHomestays } from './list-homestays.ts';

const free = { checkIn: '2026-12-01', checkOut: '2026-12-03' };
const idAt = (n: number) => String(n).padStart(6, '0');

/** A catalogue of homestays by number, of which those in `taken` have a taken night. */
function catalogue(size: number, taken: (n: number) => boolean) {
  const asked: number[] = [];
  const ids = Array.from({ length: size }, (_, n) => idAt(n));
  const needs: ListHomestaysNeeds = {
    maxNights: 30,
    bookable: () => Promise.reject(new Error('a list of free homestays goes by ids')),
    bookableIds: async (_filter, { after, limit }) =>
      ids.filter((id) => after === null || id > after).slice(0, limit),
    byIds: async (wanted) => wanted.map((id) => ({ id }) as Homestay).reverse(),
    takenHomestays: async (candidates) => {
      asked.push(candidates.length);
      return new Set(candidates.filter((id) => taken(Number(id))));
    },
  };
  return { needs, asked };
}

async function everyPage(needs: ListHomestaysNeeds, first: number): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = await listHomestays(needs, { first, after }, { free });
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

test('a page costs little where hardly anything is free, and the next one goes on from there', async () => {
  const { needs, asked } = catalogue(12_000, (n) => n !== 11_000);
  const page = await listHomestays(needs, { first: 20 }, { free });
  expect(page).toMatchObject({
    nodes: [],
    pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
  });
  expect(asked.reduce((sum, count) => sum + count)).toBeLessThan(5_500);
  expect(Math.max(...asked)).toBeLessThanOrEqual(500);
  expect(await everyPage(needs, 20)).toEqual([idAt(11_000)]);
});

test('a full page has no more asked than it needs', async () => {
  const { needs, asked } = catalogue(12_000, () => false);
  const page = await listHomestays(needs, { first: 20 }, { free });
  expect(page.nodes).toHaveLength(20);
  expect(asked).toEqual([40]);
});

test('where there are no candidates the order service is not asked', async () => {
  const { needs, asked } = catalogue(0, () => false);
  expect((await listHomestays(needs, { first: 20 }, { free })).pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
  expect(asked).toEqual([]);
});
