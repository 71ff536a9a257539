import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { sampleHomestay } from '../../../testing/order/sample-order.ts';
import { blockNights, openNights } from './block-nights.ts';

/** A store in which orders hold these nights, and what was written to it. */
const world = (held: string[] = []) => {
  const written: unknown[] = [];
  const needs = inNextTurn({
    homestay: async (id: string) => (id === 'lake-house' ? sampleHomestay() : null),
    blockNights: async (id: string, nights: readonly string[]) => {
      written.push(['block', id, nights]);
      return nights.filter((night) => held.includes(night));
    },
    openNights: async (id: string, nights: readonly string[]) =>
      void written.push(['open', id, nights]),
  });
  return { needs, written };
};
const range = { homestayId: 'lake-house', from: '2026-12-30', to: '2027-01-01' };
const nights = ['2026-12-30', '2026-12-31'];

test('a host blocks nights and opens them again', async () => {
  const { needs, written } = world();
  expect(await blockNights(needs, 'host-lake', range)).toEqual({ id: 'lake-house' });
  expect(await openNights(needs, 'host-lake', range)).toEqual({ id: 'lake-house' });
  expect(written).toEqual([
    ['block', 'lake-house', nights],
    ['open', 'lake-house', nights],
  ]);
});

test.each([
  ['2026-12-31', 1],
  ['2027-12-31', 366],
])('the nights up to %s are changed, all %i of them', async (to, count) => {
  const { needs, written } = world();
  for (const change of [blockNights, openNights])
    expect(await change(needs, 'host-lake', { ...range, to })).toEqual({ id: 'lake-house' });
  expect(written.map((each) => (each as unknown[][])[2]?.length)).toEqual([count, count]);
});

test('nights that orders hold are named', async () => {
  const { needs } = world(['2026-12-31']);
  expect(await blockNights(needs, 'host-lake', range)).toMatchObject({
    reason: 'NIGHTS_TAKEN',
    takenNights: ['2026-12-31'],
    path: ['input', 'from'],
  });
});

test.each([
  ['another host', 'host-hill', range, 'HOMESTAY_UNKNOWN', 'homestayId'],
  [
    'an unknown homestay',
    'host-lake',
    { ...range, homestayId: 'none' },
    'HOMESTAY_UNKNOWN',
    'homestayId',
  ],
  ['no night', 'host-lake', { ...range, to: range.from }, 'NIGHTS_OUT_OF_RANGE', 'to'],
  ['nights backwards', 'host-lake', { ...range, to: '2026-12-29' }, 'NIGHTS_OUT_OF_RANGE', 'to'],
  ['too many nights', 'host-lake', { ...range, to: '2028-01-01' }, 'NIGHTS_OUT_OF_RANGE', 'to'],
])('%s is refused, and nothing is written', async (_, hostId, given, reason, field) => {
  const { needs, written } = world();
  const refusal = { refused: true, reason, path: ['input', field] };
  for (const change of [blockNights, openNights])
    expect(await change(needs, hostId, given)).toMatchObject(refusal);
  expect(written).toEqual([]);
});
