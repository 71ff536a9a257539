import { expect, test } from '@jest/globals';
import { inTurn } from './in-turn.ts';

test('work with one key runs one after the other, work with another key beside it', async () => {
  const turn = inTurn();
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise(setImmediate);
    log.push(`${name} ends`);
    return name;
  };
  const all = [turn('a', work('a1')), turn('a', work('a2')), turn('b', work('b1'))];
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'b1']);
  expect(log.filter((line) => line.startsWith('a'))).toEqual([
    'a1 begins',
    'a1 ends',
    'a2 begins',
    'a2 ends',
  ]);
  expect(log.indexOf('b1 begins')).toBeLessThan(log.indexOf('a1 ends'));
});

test('work that fails does not keep the next from running', async () => {
  const turn = inTurn();
  const failed = turn('a', () => Promise.reject(new Error('no')));
  const next = turn('a', async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
