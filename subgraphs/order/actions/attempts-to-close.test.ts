import { expect, test } from '@jest/globals';
import { sampleNow } from '../../../testing/order/sample-order.ts';
import { attemptsToClose } from './attempts-to-close.ts';

const attempt = { orderSn: 'HSO1', paymentSn: 'PMT1' };
const reads: unknown[] = [];
const needs = {
  now: async () => sampleNow,
  attemptsToClose: async (...read: unknown[]) => {
    reads.push(read);
    return [attempt];
  },
};

test('attempts are read by the database clock, page by page', async () => {
  expect(await attemptsToClose(needs, 'HSO0', 500)).toEqual([attempt]);
  expect(await attemptsToClose(needs, 'HSO0', 1)).toEqual([attempt]);
  expect(reads).toEqual([
    [sampleNow, 'HSO0', 500],
    [sampleNow, 'HSO0', 1],
  ]);
});

test.each([0, 501])('a page of %i is refused', async (first) => {
  await expect(attemptsToClose(needs, '', first)).rejects.toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
});
