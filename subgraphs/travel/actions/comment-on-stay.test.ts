import { expect, test } from '@jest/globals';
import type { HomestayComment } from '../domain/homestay-comment.ts';
import { commentOnStay, type OrderedStay } from './comment-on-stay.ts';

const now = new Date('2026-11-27T10:00:00Z');
const used: OrderedStay = { homestayId: 'attic', travellerId: 'an', used: true };
const input = { orderSn: 'HSO1', stars: 5, content: 'Quiet.', author: 'An' };
const written: HomestayComment = { ...input, id: 'HSO1', homestayId: 'attic', createdAt: now };
Reflect.deleteProperty(written, 'orderSn');

/** An order service that knows this stay, and a store that has this comment. */
const world = (stay: OrderedStay | null, earlier: HomestayComment | null = null) => {
  const added: HomestayComment[] = [];
  const needs = {
    now: async () => now,
    orderedStay: async () => stay,
    addComment: async (comment: HomestayComment) => {
      if (!earlier) added.push(comment);
      return earlier;
    },
  };
  return { added, comment: (by = 'an', given = input) => commentOnStay(needs, by, given) };
};

test('a guest comments on a used stay', async () => {
  const { added, comment } = world(used);
  expect(await comment()).toEqual(written);
  expect(added).toEqual([written]);
});

test.each([
  ['an order that does not exist', null, 'an', 'ORDER_UNKNOWN'],
  ['somebody else’s order', used, 'bo', 'ORDER_UNKNOWN'],
  ['a stay that was not used', { ...used, used: false }, 'an', 'STAY_NOT_USED'],
])('%s can’t be commented on', async (_, stay, by, reason) => {
  const { added, comment } = world(stay);
  expect(await comment(by)).toMatchObject({ refused: true, reason, path: ['input', 'orderSn'] });
  expect(added).toEqual([]);
});

test('a comment that is wrong is not stored', async () => {
  const { added, comment } = world(used);
  expect(await comment('an', { ...input, stars: 0 })).toMatchObject({
    reason: 'STARS_OUT_OF_RANGE',
  });
  expect(added).toEqual([]);
});

test('the same comment again is the first one, another one is refused', async () => {
  const earlier = { ...written, createdAt: new Date(0) };
  const { comment } = world(used, earlier);
  expect(await comment()).toBe(earlier);
  expect(await comment('an', { ...input, stars: 1 })).toMatchObject({ reason: 'COMMENT_EXISTS' });
});
