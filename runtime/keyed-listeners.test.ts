import { expect, test } from '@jest/globals';
import { keyedListeners } from './keyed-listeners.ts';

test('a listener is found by each of its keys, and once when several match', () => {
  const listeners = keyedListeners<string>();
  listeners.add('a', 'first');
  listeners.add('b', 'first');
  listeners.add('b', 'second');
  expect([...listeners.of(['a'])]).toEqual(['first']);
  expect([...listeners.of(['a', 'b', 'c'])]).toEqual(['first', 'second']);
});

test('nothing is left when everybody has gone', () => {
  const listeners = keyedListeners<string>();
  const leave = listeners.add('a', 'first');
  const other = listeners.add('a', 'second');
  leave();
  leave();
  expect([...listeners.all()]).toEqual(['second']);
  other();
  expect([listeners.isEmpty(), [...listeners.of(['a'])]]).toEqual([true, []]);
});
