import { expect, test } from '@jest/globals';
import { DisposableStack, startWithStack } from './lifecycle.ts';

/** Something that notes in `stopped` when it stops. */
const started = (name: string, stopped: string[]) => ({
  name,
  stop: async () => void stopped.push(name),
});

test('what was started is stopped in the reverse order', async () => {
  const stopped: string[] = [];
  const stack = new DisposableStack();
  expect(stack.use(started('database', stopped)).name).toBe('database');
  stack.defer(async () => void stopped.push('deferred'));
  stack.use(started('server', stopped));
  await stack.dispose();
  expect(stopped).toEqual(['server', 'deferred', 'database']);
});

test('everything is stopped, even if one thing cannot be', async () => {
  const stopped: string[] = [];
  const stack = new DisposableStack();
  stack.use(started('database', stopped));
  stack.defer(() => Promise.reject(new Error('it hangs')));
  stack.use(started('server', stopped));
  await expect(stack.dispose()).rejects.toMatchObject({ errors: [{ message: 'it hangs' }] });
  expect(stopped).toEqual(['server', 'database']);
});

test('a stack that is disposed of twice stops everything once', async () => {
  const stopped: string[] = [];
  const stack = new DisposableStack();
  stack.use(started('server', stopped));
  await stack.dispose();
  await stack.dispose();
  expect(stopped).toEqual(['server']);
});

test('if a start fails half way, what it has started is stopped', async () => {
  const stopped: string[] = [];
  const start = startWithStack(async (stack) => {
    stack.use(started('database', stopped));
    throw new Error('the port is in use');
  });
  await expect(start).rejects.toThrow('the port is in use');
  expect(stopped).toEqual(['database']);
});

test('a start that succeeds returns its parts and one stop for all of them', async () => {
  const stopped: string[] = [];
  const { url, stop } = await startWithStack(async (stack) => {
    stack.use(started('database', stopped));
    stack.use(started('server', stopped));
    return { url: 'http://127.0.0.1:4000' };
  });
  expect([url, stopped]).toEqual(['http://127.0.0.1:4000', []]);
  await stop();
  expect(stopped).toEqual(['server', 'database']);
});
