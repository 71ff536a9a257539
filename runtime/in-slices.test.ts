import { expect, test } from '@jest/globals';
import { inSlices } from './in-slices.ts';

test('many are closed a hundred at a time, and none is left out', async () => {
  const closed: number[] = [];
  const closing = inSlices(Array.from({ length: 250 }).keys(), (one) => closed.push(one));
  expect(closed).toHaveLength(100);
  await closing;
  expect(closed).toEqual([...Array.from({ length: 250 }).keys()]);
});
