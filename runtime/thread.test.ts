import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { createLog } from './log.ts';
import { openThread, type Thread } from './thread.ts';

const log = createLog('test', 'silent');
let held: Int32Array<SharedArrayBuffer>;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  letGo();
  for (const stop of stops.splice(0)) await stop();
});

/** One that is ready. */
async function started(timeoutMs = 30_000) {
  held = new Int32Array(new SharedArrayBuffer(4));
  const thread = openThread<string, Map<string, string>>({
    program: new URL('./thread.child.ts', import.meta.url),
    given: () => ({ held: held.buffer }),
    ...{ timeoutMs, log },
  });
  stops.push(thread.stop);
  expect(thread.ask('first')).toBeUndefined();
  await untilReady(thread);
  return thread;
}
const untilReady = (thread: Thread<string, unknown>) =>
  eventually(async () => (await thread.ask('ready?')) !== undefined);
const letGo = () => {
  Atomics.store(held, 0, 1);
  Atomics.notify(held, 0);
};

test('it answers while the event loop goes on, one question after the other', async () => {
  const thread = await started();
  const order: string[] = [];
  const asked = ['wait', 'next'].map(async (question) => {
    const answer = await thread.ask(question);
    order.push(...(answer?.keys() ?? []));
  });
  await new Promise((go) => setImmediate(go));
  order.push('loop');
  letGo();
  await Promise.all(asked);
  expect(order).toEqual(['loop', 'wait', 'next']);
});

test('what its program throws, the one who asks gets; it goes on', async () => {
  const thread = await started();
  await expect(thread.ask('fail')).rejects.toThrow('no answer');
  expect(await thread.ask('again')).toEqual(new Map([['again', 'nothing']]));
});

test('what it is told before a question it knows when it answers that', async () => {
  const thread = await started();
  thread.tell('remember this');
  expect(await thread.ask('a')).toEqual(new Map([['a', 'this']]));
});

test.each([
  ['dies', 'die', 30_000, 'ThreadDied'],
  ['takes too long', 'wait', 500, 'TookTooLong'],
])('one that %s is replaced, and what waits behind that question waits for the next one', async (_what, question, timeoutMs, name) => {
  const thread = await started(timeoutMs);
  const failing = expect(thread.ask(question)).rejects.toMatchObject({ name });
  const behind = ['one', 'other'].map((next) => thread.ask(next));
  await failing;
  expect(await Promise.all(behind)).toEqual(
    ['one', 'other'].map((next) => new Map([[next, 'nothing']])),
  );
  expect(await thread.ask('next')).toEqual(new Map([['next', 'nothing']]));
});

test('who waits for it when it is stopped is told, and nobody can ask it after that', async () => {
  const thread = await started();
  const waits = expect(thread.ask('wait')).rejects.toMatchObject({ name: 'ThreadDied' });
  await thread.stop();
  await waits;
  expect(thread.ask('a')).toBeUndefined();
});

test('one that cannot start answers nobody, and harms nobody', async () => {
  const program = new URL('./there-is-none.ts', import.meta.url);
  const thread = openThread<string, unknown>({ program, given: () => 0, timeoutMs: 1_000, log });
  stops.push(thread.stop);
  expect(thread.ask('a')).toBeUndefined();
  await thread.stop();
});
