import { expect, test } from '@jest/globals';
import type { Difference } from '../domain/difference.ts';
import { eachPage, pageSize, pagesOf } from './each-page.ts';

const differenceOf = (sn: string): Difference => ({
  ...{ kind: 'ORDER_NOT_TOLD', orderSn: sn, paymentSn: null },
});

test('items are looked at in pages, each whole but the last', () => {
  const items = Array.from({ length: 2 * pageSize + 1 }, (_, i) => i);
  const pages = pagesOf(items);
  expect(pages.map(({ length }) => length)).toEqual([pageSize, pageSize, 1]);
  expect(pages.flat()).toEqual(items);
  expect(pagesOf(items.slice(0, pageSize))).toHaveLength(1);
  expect(pagesOf([])).toEqual([]);
});

test('each page is read after the last item of the one before, until one is empty', async () => {
  const pages = [[{ sn: 'A' }, { sn: 'B' }], [{ sn: 'C' }], []];
  const after: string[] = [];
  const found = await eachPage(
    async (sn) => {
      after.push(sn);
      return pages[after.length - 1] ?? [];
    },
    async (page) => page.map(({ sn }) => differenceOf(sn)),
  );
  expect(after).toEqual(['', 'B', 'C']);
  expect(found.map(({ orderSn }) => orderSn)).toEqual(['A', 'B', 'C']);
});
