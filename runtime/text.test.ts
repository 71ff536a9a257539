import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutText, isLongerThan } from './text.ts';

const family = '👨‍👩‍👧‍👦';

test.each([
  ['short text is left alone', 'house', 10, 'house'],
  ['an emoji is not halved', `house${'🏠'}`, 6, 'house'],
  ['nor is a family of joined emoji', `at ${family}`, 8, 'at '],
  ['nor a letter with its accent', 'Cafe\u0301', 4, 'Caf'],
  ['a lone surrogate is replaced', 'k\ud800', 10, 'k\ufffd'],
  ['what fits exactly stays', `a${family}`, 1 + family.length, `a${family}`],
])('%s', (_, text, max, cut) => {
  expect(cutText(text, max)).toBe(cut);
});

test('what is cut is well formed, short enough, and cut again stays the same', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '🏠', family, 'e\u0301', '\ud800') });
  fc.assert(
    fc.property(text, fc.nat(40), (given, max) => {
      const cut = cutText(given, max);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(max);
      expect(cutText(cut, max)).toBe(cut);
    }),
  );
});

test('characters are counted as a person sees them', () => {
  expect(isLongerThan(`Hi ${family}!`, 5)).toBe(false);
  expect(isLongerThan(`Hi ${family}!`, 4)).toBe(true);
  expect(isLongerThan('', 0)).toBe(false);
});

test('one character of any number of accents is too long', () => {
  expect(isLongerThan(`k${'\u0301'.repeat(19)}`, 1)).toBe(false);
  expect(isLongerThan(`k${'\u0301'.repeat(20)}`, 1)).toBe(true);
  expect(isLongerThan(`k${'\u0301'.repeat(45_000)}`, 64)).toBe(true);
});
