import { expect, test } from '@jest/globals';
import { samplePayment } from '../../../testing/payment/samples.ts';
import { searchPayments } from './search-payments.ts';

const payments = ['PMT3', 'PMT2', 'PMT1'].map((sn) => samplePayment({ sn }));

test('one payment more is read than a page shows, so that it is known whether there is a next', async () => {
  const read: unknown[] = [];
  const needs = {
    searchPayments: async (search: object, after: { sn: string } | null, limit: number) => {
      read.push([search, after, limit]);
      return payments.slice(after ? payments.findIndex(({ sn }) => sn === after.sn) + 1 : 0);
    },
  };
  const filter = { travellerId: 'an' };
  const page = await searchPayments(needs, { first: 2, filter });
  expect(page.nodes.map(({ sn }) => sn)).toEqual(['PMT3', 'PMT2']);
  expect(page.pageInfo.hasNextPage).toBe(true);
  const next = await searchPayments(needs, { first: 2, after: page.pageInfo.endCursor });
  expect(next.nodes.map(({ sn }) => sn)).toEqual(['PMT1']);
  const last = { createdAt: payments[1]?.createdAt, sn: 'PMT2' };
  expect(read).toEqual([
    [filter, null, 3],
    [{}, last, 3],
  ]);
});
