import { expect, test } from '@jest/globals';
import { openBackground } from './background.ts';
import { createLog } from './log.ts';

test('work of one key is under way once; stopping waits for all of it, also for what fails', async () => {
  const background = openBackground(createLog('test', 'silent'));
  const done: string[] = [];
  const work = (name: string) => async () => {
    await new Promise(setImmediate);
    done.push(name);
    if (name === 'b') throw new Error('no');
  };
  background.start('a', work('a'));
  background.start('a', work('a again'));
  background.start('b', work('b'));
  expect(done).toEqual([]);
  await background.stop();
  expect(done).toEqual(['a', 'b']);
  background.start('a', work('a later'));
  await background.stop();
  expect(done).toEqual(['a', 'b', 'a later']);
});
