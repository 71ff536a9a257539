import { expect, test } from '@jest/globals';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { hostHomestayOrders, searchHomestayOrders } from './search-orders.ts';

/** Notes what is searched for; three orders are found. */
function service() {
  const orders = [sampleOrder(), sampleOrder(), sampleOrder()];
  const searches: unknown[] = [];
  const searchOrders = async (...search: unknown[]) => {
    searches.push(search);
    return orders.slice(0, search[2] as number);
  };
  return { needs: { searchOrders }, orders, searches };
}

test('a host finds orders of their own homestays alone, whatever the filter says', async () => {
  const { needs, searches, orders } = service();
  const filter = { states: ['WAIT_USE'] as const, hostId: 'another-host' };
  const page = await hostHomestayOrders(needs, 'host-lake', { first: 2, filter });
  expect(page.nodes).toEqual(orders.slice(0, 2));
  expect(page.pageInfo.hasNextPage).toBe(true);
  expect(searches).toEqual([[{ states: ['WAIT_USE'], hostId: 'host-lake' }, null, 3]]);
});

test('an operator searches all orders, page by page', async () => {
  const { needs, searches, orders } = service();
  const { pageInfo } = await searchHomestayOrders(needs, { first: 1 });
  const after = pageInfo.endCursor;
  await searchHomestayOrders(needs, { first: 1, after, filter: { sn: 'HSO1' } });
  const key = { sn: orders[0]?.sn, createdAt: orders[0]?.createdAt };
  expect(searches).toEqual([
    [{}, null, 2],
    [{ sn: 'HSO1' }, key, 2],
  ]);
});
