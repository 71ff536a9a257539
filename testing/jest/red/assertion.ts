import { expect, test } from '@jest/globals';

test('does not hold', () => {
  expect({ total: 1 }).toEqual({ total: 2 });
});
