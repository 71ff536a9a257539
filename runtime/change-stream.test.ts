import { expect, test } from '@jest/globals';
import { type ChangeStream, MongoServerError } from 'mongodb';
import { type ChangeFollower, followChangeStream } from './change-stream.ts';
import type { Log } from './log.ts';

type Step = string | null | Error;

const serverError = (code: number, labels: string[] = []) => {
  const error = new MongoServerError({ message: 'refused', code });
  for (const label of labels) error.addErrorLabel(label);
  return error;
};

/**
 * Follows streams that answer with these steps, one list for each opening. Stops after the last.
 */
async function follow(streams: Step[][], given: Partial<ChangeFollower<string>> = {}) {
  const told: unknown[] = [];
  const stopping = new AbortController();
  let token: unknown = 'stored';
  const follower: ChangeFollower<string> = {
    start: () => ({ token }),
    watch(options) {
      told.push(['opens after', options.resumeAfter]);
      const steps = streams.shift() ?? [];
      return {
        resumeToken: 'next',
        async tryNext() {
          const step = steps.shift();
          if (streams.length === 0 && steps.length === 0) stopping.abort();
          if (step instanceof Error) throw step;
          return step ?? null;
        },
        close: async () => {},
      } as unknown as ChangeStream<never, never>;
    },
    onOpen: () => void told.push('open'),
    onAnswer(change, next) {
      token = next;
      if (change) told.push(change);
      return true;
    },
    onTokenLost() {
      token = undefined;
      told.push('token lost');
    },
    ...given,
  };
  const log = { warn() {} } as unknown as Log;
  await followChangeStream(follower, { signal: stopping.signal, log });
  return told;
}

test('passes on each change, the first answer included', async () => {
  expect(await follow([['a', null, 'b']])).toEqual([['opens after', 'stored'], 'open', 'a', 'b']);
});

test('opens again from the last token when the stream breaks', async () => {
  const told = await follow([['a', new Error('connection lost')], ['b']]);
  expect(told).toEqual([
    ['opens after', 'stored'],
    'open',
    'a',
    ['opens after', 'next'],
    'open',
    'b',
  ]);
});

const opensAtPresent = [
  ['opens after', 'stored'],
  'token lost',
  ['opens after', undefined],
  'open',
];
const opensFromToken = [['opens after', 'stored'], ['opens after', 'stored'], 'open'];

test.each([
  ['that the history is gone', serverError(286), opensAtPresent],
  ['to open with this token', serverError(40_649), opensAtPresent],
  ['for now', serverError(91, ['ResumableChangeStreamError']), opensFromToken],
  ['nothing: the network fails', new Error('ECONNREFUSED'), opensFromToken],
])('forgets the token only when the server refuses it: it says %s', async (_what, error, told) => {
  expect(await follow([[error], [null]])).toEqual(told);
});

test('an election in the middle of a stream does not lose the token', async () => {
  const told = await follow([[null, serverError(189)], [null]]);
  expect(told).toEqual([['opens after', 'stored'], 'open', ['opens after', 'next'], 'open']);
});

test('starts again when the follower leaves the stream, and opens nothing while another follows', async () => {
  const starts: ({ token: unknown } | 'later')[] = [{ token: 1 }, 'later', { token: 2 }];
  const leaves = [false, true];
  const told = await follow([['a'], ['b']], {
    start: () => starts.shift() ?? 'later',
    onAnswer: () => leaves.shift() ?? true,
  });
  expect(told).toEqual([['opens after', 1], 'open', ['opens after', 2], 'open']);
});
