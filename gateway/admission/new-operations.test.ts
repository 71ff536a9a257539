import { expect, test } from '@jest/globals';
import { clientError } from '../../runtime/errors.ts';
import { type Asker, newOperations } from './new-operations.ts';
import { turns } from './turns.ts';

const used = () => {
  throw clientError('TOO_MANY_REQUESTS', 'used up');
};
const asker = (destroyed: boolean) =>
  ({
    sender: { request: { socket: { destroyed } } },
    quota: { kind: 'user', key: 'ana' },
  }) as unknown as Asker;

test.each<[string, Asker, () => void, string]>([
  ['whose client is gone', asker(true), () => {}, 'SERVICE_UNAVAILABLE'],
  ['whose client has used up all by now', asker(false), used, 'TOO_MANY_REQUESTS'],
])('what waited, and %s, is not begun when its turn comes', async (_what, by, requireLeft, code) => {
  const { read } = newOperations({
    prepareInTurn: turns({ atOnce: 1 }),
    rateLimit: { requireLeft },
  });
  let begun = 0;
  const work = () => {
    begun += 1;
  };
  await expect(read(by, '{ a }', () => false, work)).rejects.toMatchObject({
    extensions: { code },
  });
  expect(begun).toBe(0);
});
