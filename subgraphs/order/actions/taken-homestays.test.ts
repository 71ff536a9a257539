import { expect, test } from '@jest/globals';
import { takenHomestays } from './taken-homestays.ts';

const stay = { checkIn: '2026-12-10', checkOut: '2026-12-12' };

test('a homestay with any held night in the stay is taken, and is named once', async () => {
  const reads: unknown[] = [];
  const heldNightsAmong = async (...read: unknown[]) => {
    reads.push(read);
    return ['a', 'c', 'a'].map((homestayId) => ({ homestayId }));
  };
  expect(await takenHomestays({ heldNightsAmong }, ['a', 'b', 'c'], stay)).toEqual(['a', 'c']);
  expect(reads).toEqual([[['a', 'b', 'c'], stay]]);
});

test('one request names 500 homestays at most', async () => {
  const needs = { heldNightsAmong: async () => [] };
  expect(await takenHomestays(needs, Array(500).fill('a'), stay)).toEqual([]);
  await expect(takenHomestays(needs, Array(501).fill('a'), stay)).rejects.toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
});
