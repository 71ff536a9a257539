import { expect, test } from '@jest/globals';
import { turns } from './turns.ts';

test('only so much runs at once, each client in turn, and a failure makes room too', async () => {
  const inTurn = turns(2);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const run = (client: string, name: string) =>
    inTurn(client, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (name === 'a1') throw new Error('failed');
    });
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1'].map((name) => run(name.charAt(0), name));
  const failed = expect(all[0]).rejects.toThrow('failed');
  for (let n = 0; n < 6; n += 1) {
    await new Promise(setImmediate);
    expect(begun.length).toBe(Math.min(6, n + 2));
    ends[n]?.();
  }
  await failed;
  await Promise.all(all.slice(1));
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'a4']);
});
