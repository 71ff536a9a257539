import { expect, test } from '@jest/globals';
import { connectionOf, readCursor } from './connection.ts';

const page = (read: string[], first: number, after: string | null) =>
  connectionOf(read, { first, after }, (node) => [node]).pageInfo;

test('a page says where it begins and ends, and what lies before and after it', () => {
  const { startCursor, endCursor, ...more } = page(['a', 'b', 'c'], 2, null);
  expect(more).toEqual({ hasNextPage: true, hasPreviousPage: false });
  expect(readCursor({ first: 2, after: startCursor }, 1)).toEqual(['a']);
  expect(readCursor({ first: 2, after: endCursor }, 1)).toEqual(['b']);
  expect(page(['c'], 2, endCursor)).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test('an empty page has no cursors', () => {
  expect(page([], 2, null)).toEqual({
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
});
