import { expect, test } from '@jest/globals';
import { nextRung, priceRungs } from './price-ranges.ts';

test('ranges of prices begin at round amounts, each where the one before ends', () => {
  expect(priceRungs.slice(0, 6)).toEqual([0, 100, 200, 500, 1_000, 2_000]);
  expect([...priceRungs].sort((a, b) => a - b)).toEqual(priceRungs);
  expect(priceRungs.slice(0, -1).map(nextRung)).toEqual(priceRungs.slice(1));
});

test('the last range has no end', () => {
  expect(nextRung(priceRungs.at(-1) as number)).toBeNull();
});
