import { expect, test } from '@jest/globals';
import { circles } from './circles.ts';
import { readImports, sourceFiles } from './imports.ts';
import { misnumbered } from './migrations.ts';
import { refusal } from './walls.ts';

const root = new URL('../', import.meta.url);
const files = sourceFiles(root);
const imports = readImports(root, files);

test('files of every kind of code are read, generated ones too', () => {
  expect(files).toContain('testing/jest/runtime.js');
  expect(files).toContain('subgraphs/order/graphql/generated.ts');
  expect(files).not.toContain('jest.config.js');
});

test('no file imports across a wall', () => {
  expect(imports.length).toBeGreaterThan(1_000);
  expect(imports.filter((found) => refusal(found))).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(circles(imports)).toEqual([]);
});

test('migrations are numbered without a gap', () => {
  expect(misnumbered(files)).toEqual([]);
});
