import { expect, test } from '@jest/globals';
import { circles } from './circles.ts';
import { readImports } from './imports.ts';
import { refusal } from './walls.ts';

const imports = readImports(new URL('../', import.meta.url));

test('no file imports across a wall', () => {
  expect(imports.length).toBeGreaterThan(1_000);
  expect(imports.filter((found) => refusal(found))).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(circles(imports)).toEqual([]);
});
