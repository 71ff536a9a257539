import { expect, test } from '@jest/globals';
import { writeCursor } from '../../../runtime/connection.ts';
import { readCommentCursor, readIdCursor, readSortCursor } from './read-cursor.ts';

const page = (...key: (string | number)[]) => ({ first: 10, after: writeCursor(key) });
const start = { first: 10 };
const latest = 8.64e15;

test('a list by id goes on after an id', () => {
  expect(readIdCursor(start)).toBeNull();
  expect(readIdCursor(page('home-1'))).toBe('home-1');
});

test('a list of comments goes on after an instant and an id', () => {
  expect(readCommentCursor(start)).toBeNull();
  expect(readCommentCursor(page(1_000, 'c1'))).toEqual({ createdAt: new Date(1_000), id: 'c1' });
  expect(readCommentCursor(page(latest, 'c1'))?.createdAt.getTime()).toBe(latest);
});

test('a sorted list goes on after a value and an id of the same sort', () => {
  expect(readSortCursor(start, 'NEWEST')).toBeNull();
  expect(readSortCursor(page('NEWEST', 3, 'home-1'), 'NEWEST')).toEqual({
    ...{ value: 3, id: 'home-1' },
  });
  expect(readSortCursor(page('NEWEST', -latest, 'home-1'), 'NEWEST')?.value).toBe(-latest);
});

const notOfThisList = '`after` is not a cursor of this list';
test.each<[string, () => unknown]>([
  ['of a number for an id', () => readIdCursor(page(1))],
  ['of another length', () => readIdCursor(page('a', 'b'))],
  ['of no instant', () => readCommentCursor(page('now', 'c1'))],
  ['of an instant that no date can hold', () => readCommentCursor(page(latest + 1_000, 'c1'))],
  ['of a number for the id of a comment', () => readCommentCursor(page(1_000, 2))],
  ['of another sort', () => readSortCursor(page('PRICE_ASC', 3, 'home-1'), 'NEWEST')],
  ['of a text for a value', () => readSortCursor(page('NEWEST', '3', 'home-1'), 'NEWEST')],
  ['of a value too large', () => readSortCursor(page('NEWEST', 2 * latest, 'h'), 'NEWEST')],
  ['of a number for the id of a homestay', () => readSortCursor(page('NEWEST', 3, 4), 'NEWEST')],
])('a cursor %s is refused', (_, read) => {
  expect(read).toThrow(notOfThisList);
});
