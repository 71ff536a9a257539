import { expect, test } from '@jest/globals';
import { writeCursor } from '../../../runtime/connection.ts';
import { aComment, aHomestay, aShop } from '../../../testing/catalogue.ts';
import type { Homestay } from '../domain/homestay.ts';
import { listCommentsOfHomestays } from './list-comments-of-homestays.ts';
import { listHomestaysOfShops } from './list-homestays-of-shops.ts';
import { listMyShops } from './list-my-shops.ts';
import { listShops } from './list-shops.ts';

// Each list reads one element more than a page has, and so knows whether another page follows.

const shops = ['a', 'b', 'c'].map((id) => aShop({ id, hostId: 'mei' }));
const { importedRating, ...row } = aHomestay();
const homestay = (id: string): Homestay => ({
  ...row,
  ...{ id, arrivedAt: new Date(0), rating: null, bookable: true },
});
const afterId = writeCursor(['a']);

test('a page of open shops by id', async () => {
  const asked: unknown[] = [];
  const openShops = async (slice: unknown) => {
    asked.push(slice);
    return shops;
  };
  const page = await listShops({ openShops }, { first: 2, after: afterId });
  expect(asked).toEqual([{ after: 'a', limit: 3 }]);
  expect(page.nodes.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(page.pageInfo).toMatchObject({ hasNextPage: true, endCursor: writeCursor(['b']) });
});

test("a page of a host's own shops", async () => {
  const asked: unknown[] = [];
  const shopsOfHost = async (...args: unknown[]) => {
    asked.push(args);
    return shops;
  };
  const page = await listMyShops({ shopsOfHost }, 'mei', { first: 3 });
  expect(asked).toEqual([['mei', { after: null, limit: 4 }]]);
  expect(page.pageInfo).toMatchObject({ hasNextPage: false, endCursor: writeCursor(['c']) });
});

test.each([
  true,
  undefined,
])('the same page of the homestays of each shop, all: %s', async (all) => {
  const asked: unknown[] = [];
  const homestaysByShop = async (...args: unknown[]) => {
    asked.push(args);
    return new Map([['b', [homestay('x'), homestay('y')]]]);
  };
  const wanted = { first: 1, after: afterId, ...(all === undefined ? {} : { all }) };
  const [none, some] = await listHomestaysOfShops({ homestaysByShop }, ['a', 'b'], wanted);
  expect(asked).toEqual([[['a', 'b'], { after: 'a', limit: 2, all: all ?? false }]]);
  expect(none).toMatchObject({ nodes: [], filter: { shopId: 'a' } });
  expect(some?.nodes.map(({ id }) => id)).toEqual(['x']);
  expect(some?.pageInfo).toMatchObject({ hasNextPage: true, endCursor: writeCursor(['x']) });
  expect(some?.filter).toEqual({ shopId: 'b' });
});

test("the same page of each homestay's comments", async () => {
  const comment = aComment({ id: 'c1', createdAt: new Date(5) });
  const asked: unknown[] = [];
  const latestByHomestay = async (...args: unknown[]) => {
    asked.push(args);
    return new Map([['y', [comment]]]);
  };
  const after = writeCursor([9, 'c9']);
  const pages = await listCommentsOfHomestays({ latestByHomestay }, ['x', 'y'], {
    first: 1,
    after,
  });
  expect(asked).toEqual([[['x', 'y'], { after: { createdAt: new Date(9), id: 'c9' }, limit: 2 }]]);
  expect(pages.map(({ nodes }) => nodes)).toEqual([[], [comment]]);
  expect(pages[1]?.pageInfo).toMatchObject({
    ...{ hasNextPage: false, hasPreviousPage: true, endCursor: writeCursor([5, 'c1']) },
  });
});

test('a page of no size or a hostile cursor is refused before anything is read', async () => {
  const never = async (): Promise<never> => {
    throw new Error('read');
  };
  const small = 'must be 1 to 100';
  await expect(listShops({ openShops: never }, { first: 0 })).rejects.toThrow(small);
  await expect(listMyShops({ shopsOfHost: never }, 'mei', { first: 101 })).rejects.toThrow(small);
  await expect(
    listHomestaysOfShops({ homestaysByShop: never }, ['a'], { first: 0 }),
  ).rejects.toThrow(small);
  await expect(
    listCommentsOfHomestays({ latestByHomestay: never }, ['a'], { first: 1, after: 'x' }),
  ).rejects.toThrow('not a cursor');
});
