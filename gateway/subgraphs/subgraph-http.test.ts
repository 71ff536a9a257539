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

const answerOf = (body: Buffer) => ({ body, encoding: undefined, keepMs: 0 });

function swallow(run: () => void): void {
  try {
    run();
  } catch {
    // The test then ends by its time limit.
  }
}
