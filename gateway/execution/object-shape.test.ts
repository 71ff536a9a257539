import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import type { Data } from './entity-merge.ts';
import { buildByCode, buildByLoop, type FieldShape, type Usual } from './object-shape.ts';

const odd = Symbol('odd');
const tests: Record<Usual, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  number: Number.isFinite,
  truth: (value) => typeof value === 'boolean',
};
const fieldOf = (name: string, usual?: Usual): FieldShape => ({
  name,
  usual,
  shape: (value) => (usual === undefined || tests[usual](value) ? value : odd),
});
const values = ['', 'a', 0, -0, 1.5, 2 ** 53, Infinity, true, null, undefined, [], {}, ['a']];

test.each([
  'text',
  'integer',
  'number',
  'truth',
  undefined,
] as const)('code takes the same values for %s as a loop', (usual) => {
  const fields = [fieldOf('a', usual), fieldOf('b', usual)];
  const [byCode, byLoop] = [buildByCode(fields), buildByLoop(fields)];
  for (const value of values) {
    const fetched = { b: value, a: value, c: value };
    expect(byCode?.(fetched)).toStrictEqual(byLoop(fetched));
  }
});

test('code and loop give the fields in the order asked, and leave the fetched as they are', () => {
  const names = ['b', 'a', 'class', 'get', 'async', 'await', 'new', '_0', '__typename', 'value0'];
  const fetched = Object.fromEntries([...names].sort().map((name, i) => [name, i]));
  const before = structuredClone(fetched);
  for (const build of [buildByCode, buildByLoop]) {
    const built = build(names.map((name) => fieldOf(name)))?.(fetched) as Data;
    expect(Object.entries(built)).toEqual(names.map((name) => [name, fetched[name]]));
  }
  expect(fetched).toEqual(before);
});

test.each([
  'constructor',
  '__proto__',
  'toString',
  'a: 1, b',
  'a.b',
  'a\n',
  'ä',
  '1a',
  '',
  '"',
  '`',
])('the name %j becomes no code, and the loop reads it as it is', (name) => {
  const fields = [fieldOf('a'), fieldOf(name)];
  expect(buildByCode(fields)).toBeUndefined();
  const fetched = JSON.parse(`{"a":1,${JSON.stringify(name)}:{"b":2}}`);
  expect(Object.entries(buildByLoop(fields)(fetched))).toEqual(Object.entries(fetched));
  expect(Object.entries(buildByLoop(fields)({ a: 1 }))).toEqual([
    ['a', 1],
    [name, undefined],
  ]);
});

test('where Node makes no code of texts, none is made', () => {
  const file = new URL('./object-shape.ts', import.meta.url).href;
  const program = `import { buildByCode } from ${JSON.stringify(file)};
    console.log(buildByCode([{ name: 'a', shape: (value) => value }]));`;
  const forbidden = '--disallow-code-generation-from-strings';
  const flags = ['--import', 'tsx', forbidden, '--input-type=module', '-e', program];
  expect(execFileSync(process.execPath, flags, { encoding: 'utf8' })).toBe('undefined\n');
});
