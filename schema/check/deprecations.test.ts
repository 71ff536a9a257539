import { expect, test } from '@jest/globals';
import type { CheckInput } from './check-input.ts';
import { checkEdit } from './edits/edits.ts';
import { withSeverities } from './settings.ts';

const check = async (changes: string[], input: Partial<CheckInput> = {}) =>
  (await checkEdit({ title: 'a test', changes, verdict: '' }, input)).findings;
const byRule = async (rule: string, changes: string[], today: string) =>
  (await check(changes, { today })).filter((finding) => finding.rule === rule);

test('what was to go is named when its day is near, and warned of when it has passed', async () => {
  expect(await byRule('deprecation-due', [], '2029-12-31')).toEqual([]);
  expect(await byRule('deprecation-due', [], '2030-01-01')).toMatchObject([
    { at: 'Stay.marketPrice', severity: 'note' },
  ]);
  expect(await byRule('deprecation-overdue', [], '2030-01-31')).toEqual([]);
  expect(await byRule('deprecation-overdue', [], '2030-02-01')).toMatchObject([
    { at: 'Stay.marketPrice', severity: 'warning', places: [{ file: 'stays.graphql' }] },
  ]);
});

const price = 'stays: marketPrice: Int @deprecated(reason: "Use price. Goes on 2030-01-31.") ->';

test('a removal says whether the element was deprecated, and whether its day had come', async () => {
  const message = async (change: string, today: string) =>
    (await byRule('FIELD_REMOVED', [change], today))[0]?.message;
  expect(await message('stays: motto: String ->', '2027-01-01')).toBe(
    'Query.motto is removed. It was not deprecated before.',
  );
  expect(await message(price, '2030-01-30')).toBe(
    'Stay.marketPrice is removed. It was to stay until 2030-01-31.',
  );
  expect(await message(price, '2030-01-31')).toBe('Stay.marketPrice is removed.');
});

test('an operation that begins to use what is deprecated is named, one that went on using it is not', async () => {
  const changes = ['operations/wide.graphql: stars -> stars\\n    marketPrice'];
  expect(await byRule('newly-used-deprecated', changes, '2027-01-01')).toMatchObject([
    { at: 'Stay.marketPrice', operations: [{ operation: 'Wide' }], severity: 'warning' },
  ]);
  const deprecated = [
    'stays: subTitle: String -> subTitle: String @deprecated(reason: "x 2030-01-31")',
  ];
  expect(await byRule('newly-used-deprecated', deprecated, '2027-01-01')).toEqual([]);
});

test('severities are chosen by rule, but what breaks somebody stays what it is', async () => {
  const found = await check(['stays: motto: String ->'], {
    severities: { described: 'off', FIELD_REMOVED: 'off', 'type-name': 'note' },
  });
  expect(found.filter(({ rule }) => rule === 'described')).toEqual([]);
  expect(found.filter(({ rule }) => rule === 'FIELD_REMOVED')).toHaveLength(1);
  const dangerous = {
    check: 'api',
    severity: 'warning',
    rule: 'X',
    impact: 'dangerous',
    message: '',
    places: [],
  } as const;
  expect(withSeverities([dangerous], { X: 'error' })).toMatchObject([{ severity: 'error' }]);
});
