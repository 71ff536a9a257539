import { expect, test } from '@jest/globals';
import { lineOf, mutantsOf, withMutant } from './mutants-of.ts';

const mutated = (source: string) => mutantsOf(source).map((mutant) => withMutant(source, mutant));

test.each([
  ['a === b', ['(a !== b)']],
  ['a < 1', ['(a <= 1)', '(a >= 1)', 'a < 2']],
  ['a && !b', ['(a || !b)', 'a && b']],
  ['a ?? b', ['(a)']],
  ['c ? a : b', ['true ? a : b', 'false ? a : b']],
  ['a.some(b)', ['a.every(b)']],
  ['true', ['false']],
])('%s', (expression, replaced) => {
  const whole = (text: string) => `export const x = ${text};`;
  expect(mutated(whole(expression))).toEqual(replaced.map(whole));
});

test('statements and awaits are dropped, conditions are fixed, log lines and failpoints stay', () => {
  const rest = "log.info(c); await failpoint('d'); }";
  const source = `async () => { if (a) await b(); ${rest}`;
  expect(mutated(`${source}`)).toEqual([
    ';',
    `async () => { if (true) await b(); ${rest}`,
    `async () => { if (false) await b(); ${rest}`,
    `async () => { if (a) ; ${rest}`,
    `async () => { if (a) (b()); ${rest}`,
  ]);
});

test('types and imports stay, and letters of several bytes do not shift anything', () => {
  const source =
    "import { a } from './1.ts';\ntype T = 1 | true;\n// é 😀\nconst x: 2 = a as 3 + 1;\n";
  const mutants = mutantsOf("// é 😀\nconst x = 'é' < y;");
  expect(mutants.map((one) => lineOf("// é 😀\nconst x = 'é' < y;", one))).toEqual([2, 2]);
  expect(mutated("const x = 'é' < y;")).toEqual(["const x = ('é' <= y);", "const x = ('é' >= y);"]);
  expect(mutated(source.split('\n').slice(0, 3).join('\n'))).toEqual([]);
});
