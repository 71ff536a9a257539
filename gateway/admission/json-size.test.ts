import { expect, test } from '@jest/globals';
import { excessOf } from './json-size.ts';

const long = ' '.repeat(2_000);
const nested = (open: string, close: string, depth: number) =>
  `${open.repeat(depth)}${close.repeat(depth)}`;

test.each<[string, (depth: number) => string]>([
  ['arrays in arrays', (depth) => nested('[', ']', depth)],
  ['objects and arrays', (depth) => nested('{"a":[{"b":', '}]}', Math.floor(depth / 3))],
  ['what lies side by side', (depth) => `[${'[],'.repeat(300)}${nested('[', ']', depth - 1)}]`],
  ['brackets after a string', (depth) => `["\\"[[[", "\\\\", ${nested('[', ']', depth - 1)}]`],
])('the depth of %s is counted', (_, at) => {
  expect(excessOf(Buffer.from(at(200) + long), 10_000)).toBeUndefined();
  expect(excessOf(Buffer.from(at(204) + long), 10_000)).toBe('is nested too deep');
});

test.each([
  ['elements', `[${'1,'.repeat(99)}1]`, 99],
  ['members', `{${'"k":1,'.repeat(99)}"k":1}`, 99 + 100 * 10],
  ['lists and objects', '[{"a":[1,2]},{"b":3}]', 2 + 2 * 10],
])('of %s there may be so many', (_, json, values) => {
  expect(excessOf(Buffer.from(json + long), values)).toBeUndefined();
  expect(excessOf(Buffer.from(json + long), values - 1)).toMatch('too many');
});

test('what stands in a string counts for nothing, also where the string does not end', () => {
  for (const end of ['"', '', '\\"'])
    expect(excessOf(Buffer.from(`"${'[{:,'.repeat(1_000)}${end}${long}`), 0)).toBeUndefined();
});

test('a short text is not looked at', () => {
  expect(excessOf(Buffer.from('['.repeat(2_000)), 0)).toBeUndefined();
});
