import { expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { clientError } from '../../runtime/errors.ts';
import { testSettings } from '../../testing/gateway/small-system.ts';
import type { Admission, Admitted } from '../admission/admit.ts';
import { limitedExecutor } from './limited-executor.ts';

const admittedOn = (supergraph: string) =>
  ({
    quota: { kind: 'user', key: 'ana' },
    weight: 5_000,
    operation: { query: '{ a }' },
    supergraph,
  }) as unknown as Admitted & { supergraph: string };

/** A heavy operation that waits its turn, on a gateway that serves one supergraph after another. */
function waitOn(recheck: Admission['recheck']) {
  let checked = 0;
  const executorOf = (served: string) => ({
    execute: async (admitted: Admitted) => ({
      data: { served, checkedOn: (admitted as { supergraph?: string }).supergraph },
    }),
    executeInParts: () => undefined,
  });
  let served = executorOf('old');
  let begin = () => {};
  const { execute } = limitedExecutor({
    executor: () => served,
    recheck(admitted) {
      checked += 1;
      return recheck(admitted);
    },
    refusalOf: () => {
      throw new Error('nothing is refused');
    },
    settings: testSettings(),
    executeInTurn: (_client, run) =>
      new Promise((resolve, reject) => {
        begin = () => void Promise.resolve().then(run).then(resolve, reject);
      }),
    isRegistered: () => false,
  });
  return {
    answer: execute(admittedOn('old')),
    serveNew: () => {
      served = executorOf('new');
    },
    begin: () => begin(),
    checked: () => checked,
  };
}

test('what waits while a new supergraph comes is checked again, and executed on the new one', async () => {
  const waiting = waitOn(() => admittedOn('new'));
  waiting.serveNew();
  waiting.begin();
  expect(await waiting.answer).toEqual({ data: { served: 'new', checkedOn: 'new' } });
});

test('what nobody may ask on the new supergraph is refused when its turn comes', async () => {
  const waiting = waitOn(() => {
    throw clientError('UNAUTHORIZED_FIELD_OR_TYPE', 'Not any more.');
  });
  waiting.serveNew();
  waiting.begin();
  await expect(waiting.answer).rejects.toEqual(expect.any(GraphQLError));
});

test('what waits while the supergraph stays is not checked again', async () => {
  const waiting = waitOn(() => admittedOn('new'));
  waiting.begin();
  expect(await waiting.answer).toEqual({ data: { served: 'old', checkedOn: 'old' } });
  expect(waiting.checked()).toBe(0);
});

test('a large answer is given in another turn of the event loop than it was made in', async () => {
  const waiting = waitOn(() => admittedOn('old'));
  let others = 0;
  waiting.begin();
  setImmediate(() => {
    others += 1;
  });
  await waiting.answer;
  expect(others).toBe(1);
});

test('what is registered and heavy does not wait for ever for what waits for a subgraph', async () => {
  let letGo = () => {};
  const hanging = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { execute } = limitedExecutor({
    executor: () => ({
      execute: async (admitted) => {
        if ((admitted as { supergraph?: string }).supergraph === 'hanging') await hanging;
        return { data: {} };
      },
      executeInParts: () => undefined,
    }),
    recheck: (admitted) => admitted,
    refusalOf: () => {
      throw new Error('nothing is refused');
    },
    settings: testSettings(),
    executeInTurn: () => Promise.reject(new Error('not asked')),
    isRegistered: () => true,
  });
  const waiting = [1, 2, 3].map(() => execute(admittedOn('hanging')));
  expect(await execute(admittedOn('another'))).toEqual({ data: {} });
  letGo();
  await Promise.all(waiting);
});

test('an answer in parts is under way until its last part, or until it fails', async () => {
  const outcomes = [
    () => Promise.reject(new Error('the planner has failed')),
    () => Promise.resolve({ first: { data: {} }, rest: async () => {} }),
  ];
  const { executeInParts } = limitedExecutor({
    executor: () => ({
      execute: () => Promise.reject(new Error('not asked')),
      executeInParts: () => outcomes.shift()?.(),
    }),
    recheck: (admitted) => admitted,
    refusalOf: () => {
      throw new Error('nothing is refused');
    },
    settings: testSettings({ OPERATIONS_PER_USER: '1' }),
    executeInTurn: () => Promise.reject(new Error('not asked')),
    isRegistered: () => false,
  });
  // What is heavy waits its turn as a whole.
  expect(await executeInParts(admittedOn('old'))).toBeUndefined();
  const small = { ...admittedOn('old'), weight: 10 };
  await expect(executeInParts(small)).rejects.toThrow('the planner has failed');
  const answering = await executeInParts(small);
  expect(() => executeInParts(small)).toThrow('At most 1 operations of one user');
  await answering?.rest(() => {});
  // What is not answered in parts gives its place back at once.
  for (const _ of [1, 2]) expect(executeInParts(small)).toBeUndefined();
});
