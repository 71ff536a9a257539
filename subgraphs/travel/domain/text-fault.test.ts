import { expect, test } from '@jest/globals';
import { storedText, textBounds, textFault } from './text-fault.ts';

test.each([
  ['', { max: 3 }, 'TEXT_EMPTY'],
  ['', { max: 3, mayBeEmpty: true }, null],
  ['abc', { max: 3 }, null],
  ['abcd', { max: 3 }, 'TEXT_TOO_LONG'],
  ['abcd', { max: 3, mayBeEmpty: true }, 'TEXT_TOO_LONG'],
])('the text %j within %j: %s', (text, bounds, fault) => {
  expect(textFault(text, bounds)).toBe(fault);
});

test('what is shown beside a name may be empty, a name may not', () => {
  const empty = Object.entries(textBounds).filter(([, bounds]) => textFault('', bounds) === null);
  expect(empty.map(([name]) => name)).toEqual(['subTitle', 'info', 'alt']);
});

test('a text is stored without spaces around it and without half a character', () => {
  expect(storedText(' Lake\ud800 house\n')).toBe('Lake\ufffd house');
});
