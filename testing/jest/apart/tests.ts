import { AsyncLocalStorage, executionAsyncResource } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';

/** How many times this module's state has changed. */
const seen: string[] = [];

test('a file finds modules, globals and settings as they were', () => {
  expect(seen).toEqual([]);
  expect(globalThis).not.toHaveProperty('left');
  expect(process.env.LEFT).toBeUndefined();
  expect(String(fetch)).not.toContain('changed');
  seen.push('changed');
  Object.assign(globalThis, { left: true });
  process.env.LEFT = 'true';
  globalThis.fetch = () => Promise.reject(new Error('changed'));
});

test('no promise carries the storages of other files', async () => {
  await Promise.resolve();
  const carried = Object.getOwnPropertySymbols(executionAsyncResource());
  const stores = carried.filter(({ description }) => description === 'kResourceStore');
  // Jest has one itself.
  expect(stores.length).toBeLessThan(2);
  new AsyncLocalStorage().run('left', () => {});
});

test('the errors of packages are errors', () => {
  expect(new GraphQLError('no')).toBeInstanceOf(Error);
});
