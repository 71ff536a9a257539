import { expect, test } from '@jest/globals';
import { emptyState, noteCurrent, noteVersion } from './current-state.ts';

const event = (key: string, version: number) => ({
  data: { version },
  extensions: { change: { key, version } },
});

test('an event that came before is none, and neither is an older one', () => {
  const state = emptyState();
  const news = [1, 2, 2, 1, 3].map((version) => noteVersion(state, event('a', version)));
  expect(news).toEqual([true, true, false, false, true]);
  expect(noteVersion(state, event('b', 1))).toBe(true);
});

test('an event without a position is always news, and no state of anything', () => {
  const state = emptyState();
  for (let times = 0; times < 2; times += 1) expect(noteVersion(state, { data: {} })).toBe(true);
  noteCurrent(state, { data: {} });
  expect([state.versions.size, state.events.size]).toEqual([0, 0]);
});

test('the newest thousand things are kept, in the order of their last change', () => {
  const state = emptyState();
  for (let n = 0; n < 1_000; n += 1) noteCurrent(state, event(`${n}`, 1));
  noteCurrent(state, event('0', 2));
  noteCurrent(state, event('new', 1));
  expect(state.events.size).toBe(1_000);
  expect([state.events.has('0'), state.events.has('1')]).toEqual([true, false]);
  expect([...state.events.keys()].slice(-2)).toEqual(['0', 'new']);
});
