import { expect, test } from '@jest/globals';
import { type CommentInput, isSameComment, writeComment } from './write-comment.ts';

const at = new Date('2026-11-27T10:00:00Z');
const stay = { sn: 'HSO1', homestayId: 'attic' };
const write = (input: Partial<CommentInput> = {}) =>
  writeComment({ stars: 4, content: ' Quiet. ', author: 'Mei', ...input }, stay, at);

test('a comment is of one stay, and of the homestay that was stayed at', () => {
  expect(write()).toEqual({
    id: 'HSO1',
    homestayId: 'attic',
    stars: 4,
    content: 'Quiet.',
    author: 'Mei',
    createdAt: at,
  });
});

test.each<[Partial<CommentInput>, string, string]>([
  [{ stars: 0 }, 'STARS_OUT_OF_RANGE', 'stars'],
  [{ stars: 6 }, 'STARS_OUT_OF_RANGE', 'stars'],
  [{ content: ' ' }, 'TEXT_EMPTY', 'content'],
  [{ content: 'x'.repeat(10_001) }, 'TEXT_TOO_LONG', 'content'],
  [{ author: '' }, 'TEXT_EMPTY', 'author'],
  [{ author: 'x'.repeat(61) }, 'TEXT_TOO_LONG', 'author'],
])('%j is refused: %s', (input, reason, field) => {
  expect(write(input)).toMatchObject({ refused: true, reason, path: ['input', field] });
});

test('one refusal names everything that is wrong', () => {
  const also = [{ reason: 'TEXT_EMPTY' }, { reason: 'TEXT_EMPTY' }];
  expect(write({ stars: 9, content: '', author: '' })).toMatchObject({ also });
});

test('the same comment again is known by what it says', () => {
  const comment = {
    id: 'HSO1',
    homestayId: 'a',
    stars: 4,
    content: 'x',
    author: 'y',
    createdAt: at,
  };
  expect(isSameComment(comment, { ...comment, createdAt: new Date(0) })).toBe(true);
  for (const change of [{ stars: 5 }, { content: 'z' }, { author: 'z' }])
    expect(isSameComment(comment, { ...comment, ...change })).toBe(false);
});
