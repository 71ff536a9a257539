import { expect, test } from '@jest/globals';
import { takenOfLate } from './taken-of-late.ts';

test('who has taken least is found, and what was taken is forgotten after two minutes', () => {
  const at = { now: 1_000 };
  const { add, least } = takenOfLate(() => at.now);
  add('a', 5);
  add('b', 3);
  expect(least(['a', 'b'])).toBe('b');
  expect(least(['a', 'b', 'c', 'd'])).toBe('c');
  at.now += 60_000;
  add('b', 3);
  expect(least(['a', 'b'])).toBe('a');
  at.now += 60_000;
  expect(least(['b', 'a'])).toBe('a');
  at.now += 120_000;
  expect(least(['b', 'a'])).toBe('b');
  expect(least([])).toBeUndefined();
});
