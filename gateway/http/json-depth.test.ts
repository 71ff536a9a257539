import { expect, test } from '@jest/globals';
import { isDeeperThan } from './json-depth.ts';

test.each([
  ['arrays in arrays', '[[[]]]', 3],
  ['objects and arrays', '{"a":[{"b":{}}]}', 4],
  ['what lies side by side', '[[],[],{},{"a":1}]', 2],
  ['brackets in a string', '{"query":"[[[[{{{{"}', 1],
  ['brackets after an escaped quote', '["\\"[[[", "\\\\", [1]]', 2],
  ['a string that does not end', '["[[[[', 1],
])('the depth of %s is counted', (_, json, depth) => {
  expect(isDeeperThan(depth, Buffer.from(json))).toBe(false);
  expect(isDeeperThan(depth - 1, Buffer.from(json))).toBe(true);
});
