import { expect, test } from '@jest/globals';
import { importsOf } from './imports.ts';

test.each([
  ['a value', "import { a } from './b.ts';"],
  ['a type', "import type { A } from './b.ts';"],
  ['one type among values', "import { type A, a } from './b.ts';"],
  ['everything', "import * as all from './b.ts';"],
  ['only what it does', "import './b.ts';"],
  ['a value that is passed on', "export { a } from './b.ts';"],
  ['a type that is passed on', "export type { A } from './b.ts';"],
  ['everything, passed on', "export * from './b.ts';"],
  ['a value, when needed', "const a = async () => (await import('./b.ts')).a;"],
  ['a type, in its place', "let a: import('./b.ts').A;"],
  ['the type of a value', "let a: typeof import('./b.ts');"],
  ['everything, passed on by a name', "export * as all from './b.ts';"],
  ['a value, by require', "const { a } = require('./b.ts');"],
  ['a value, by a require of its own', "createRequire(import.meta.url)('./b.ts');"],
  ['the text of a file, in Vite', "import text from './b.ts?raw';"],
  ['a program that a thread runs', "new Worker(new URL('./b.ts', import.meta.url));"],
])('an import of %s is seen', (_what, text) => {
  expect(importsOf('room/a.ts', text)).toEqual([{ from: 'room/a.ts', to: 'room/b.ts' }]);
});

test('a path is named from the root', () => {
  const text = "import '../../other/deep/b.ts';";
  expect(importsOf('room/deep/a.ts', text)[0]?.to).toBe('other/deep/b.ts');
});

test('a package is named without what is taken of it', () => {
  const text = "import '@apollo/server/plugin/disabled'; import 'graphql-ws/use/ws';";
  expect(importsOf('room/a.ts', text).map(({ to }) => to)).toEqual([
    '@apollo/server',
    'graphql-ws',
  ]);
});

test.each([
  "await import('../' + name);",
  'await import(name);',
  'createRequire(import.meta.url)(name);',
  "import.meta.glob('../*.ts');",
])('a target that is computed is seen as such: %s', (text) => {
  expect(importsOf('room/a.ts', text)[0]?.to).toBe('(computed)');
});

test('a function of ours by the name `require`, and data by its address, are no imports', () => {
  const text = "require(limits); new URL('../schema/order.graphql', import.meta.url);";
  expect(importsOf('room/a.ts', text)).toEqual([]);
});

test('an address is kept whole', () => {
  const text = "import '/room/b.ts'; import 'file:///room/b.ts'; import 'node:path';";
  expect(importsOf('room/a.ts', text).map(({ to }) => to)).toEqual([
    '/room/b.ts',
    'file:///room/b.ts',
    'node:path',
  ]);
});
