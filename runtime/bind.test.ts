import { expect, test } from '@jest/globals';
import { bind } from './bind.ts';

const actions = {
  greet: (needs: { name: string }, greeting: string, sign = '!') =>
    `${greeting} ${needs.name}${sign}`,
  double: async (needs: { count(): number }) => needs.count() * 2,
};

test('each action gets what it needs, and its own arguments', async () => {
  const bound = bind({ name: 'An', count: () => 21 }, actions);
  expect(bound.greet('Hello')).toBe('Hello An!');
  expect(bound.greet('Hello', '?')).toBe('Hello An?');
  expect(await bound.double()).toBe(42);
});

test('it does not compile where something that an action needs is missing', () => {
  // @ts-expect-error `count` is missing
  bind({ name: 'An' }, actions);
  // @ts-expect-error a greeting is text
  expect(bind({ name: 'An', count: () => 1 }, actions).greet(1)).toBe('1 An!');
});
