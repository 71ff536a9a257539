import { expect, test } from '@jest/globals';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { OrderSearch } from '../domain/order-search.ts';
import { myHomestayOrders } from './search-orders.ts';

const orders = Array.from({ length: 5 }, (_, i) =>
  sampleOrder({ createdAt: new Date(sampleNow.getTime() - i) }),
);

/** Asks for a page of five orders, and notes what is read for it. */
async function page(input: Parameters<typeof myHomestayOrders>[2]) {
  const reads: { search: OrderSearch; after: { sn: string } | null; limit: number }[] = [];
  const searchOrders = async (search: OrderSearch, after: { sn: string } | null, limit: number) => {
    reads.push({ search, after, limit });
    const from = after ? orders.findIndex(({ sn }) => sn === after.sn) + 1 : 0;
    return orders.slice(from, from + limit);
  };
  const connection = await myHomestayOrders({ searchOrders }, 'traveller-an', input);
  return { connection, reads };
}
const sns = (from: number, to: number) => orders.slice(from, to).map(({ sn }) => sn);

test('pages follow each other by their cursors', async () => {
  const first = (await page({ first: 3 })).connection;
  expect(first.nodes.map(({ sn }) => sn)).toEqual(sns(0, 3));
  expect(first.pageInfo.hasNextPage).toBe(true);
  const { connection, reads } = await page({ first: 3, after: first.pageInfo.endCursor });
  expect(connection.nodes.map(({ sn }) => sn)).toEqual(sns(3, 5));
  expect(connection.pageInfo.hasNextPage).toBe(false);
  expect(reads[0]?.after).toEqual({ sn: orders[2]?.sn, createdAt: orders[2]?.createdAt });
});

test('a page is read for its traveller and state, with one more to see whether there is a next', async () => {
  expect((await page({ first: 20, state: 'WAIT_USE' })).reads).toEqual([
    {
      search: { travellerId: 'traveller-an', states: ['WAIT_USE'] },
      after: null,
      limit: 21,
    },
  ]);
});

test('a traveller may ask for several states, and for what lies ahead', async () => {
  const checkIn = { from: '2026-12-01', to: '2027-12-01' };
  const states = ['WAIT_PAY', 'WAIT_USE'] as const;
  const { reads } = await page({ first: 20, filter: { states, checkIn, travellerId: 'another' } });
  expect(reads[0]?.search).toEqual({ travellerId: 'traveller-an', states, checkIn });
});

test.each([
  'nonsense',
  Buffer.from('["never","HSO1"]').toString('base64url'),
  Buffer.from('[8640000000000001,"HSO1"]').toString('base64url'),
])('the cursor %s is refused', async (after) => {
  await expect(page({ first: 3, after })).rejects.toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
});
