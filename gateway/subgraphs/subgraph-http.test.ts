import { constants } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { poster } from './subgraph-http.ts';

test('an answer that is longer than a text may be is refused', async () => {
  const body = Buffer.alloc(constants.MAX_STRING_LENGTH + 1);
  const post = poster(
    {
      // The connection does not see a fault of what it hands on.
      ask: ({ done }) => queueMicrotask(() => swallow(() => done(answerOf(body)))),
      giveUp: () => {},
      stop: async () => {},
    },
    { host: 'stays', path: '/graphql', timeoutMs: 60_000, maxBytes: body.length },
  );
  await expect(post('{}', {})).rejects.toMatchObject({ code: 'ERR_STRING_TOO_LONG' });
});

test.each([
  'a\r\nauthorization: other',
  'a\nb',
  'a\0',
  'ä',
])('nothing is sent with the header %j, which would be more than its line', async (value) => {
  let asked = 0;
  const connections = {
    ask() {
      asked += 1;
    },
    giveUp() {},
    stop: async () => {},
  };
  const options = { host: 'stays', path: '/graphql', timeoutMs: 60_000, maxBytes: 1_000 };
  const post = poster(connections, options);
  await expect(post('{}', { 'x-request-id': value })).rejects.toThrow('has an odd value');
  expect(asked).toBe(0);
});

const answerOf = (body: Buffer) => ({ body, encoding: undefined, keepMs: 0 });

function swallow(run: () => void): void {
  try {
    run();
  } catch {
    // The test then ends by its time limit.
  }
}
