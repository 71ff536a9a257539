import { expect, test } from '@jest/globals';
import { acceptChanges, stillNeeded } from './accepted.ts';
import type { CheckInput } from './check-input.ts';
import { drift } from './drift.ts';
import { checkEdit } from './edits/edits.ts';
import type { Finding } from './report.ts';

const check = async (changes: string[], input: Partial<CheckInput> = {}) =>
  (await checkEdit({ title: 'a test', changes, verdict: '' }, input)).findings.filter(
    ({ check }) => check !== 'lint',
  );

test('a check that stops in the middle is a finding with a place, and the others go on', async () => {
  const generated = async () => {
    throw new Error('out of order');
  };
  expect(await check(['stays: motto: String ->'], { generated })).toMatchObject([
    {
      check: 'drift',
      rule: 'check-failed',
      severity: 'error',
      message: expect.stringContaining('out of order'),
      advice: expect.stringContaining('Undo the last edit'),
      places: [{ file: 'stays.graphql', line: 1 }],
    },
    { check: 'api', rule: 'FIELD_REMOVED' },
  ]);
});

test('what the gateway refuses is an error where its directive stands', async () => {
  const assertServable = async () => {
    throw new Error('the feature https://specs.apollo.dev/tag/v0.3 is not supported');
  };
  expect(
    await check(['stays: motto: String -> motto: String @tag(name: "x")'], { assertServable }),
  ).toMatchObject([
    { rule: 'unservable', severity: 'error', places: [{ file: 'stays.graphql' }, {}, {}] },
    { rule: 'TAG_ADDED' },
  ]);
});

test('generated files that differ, are missing or cannot be generated are named one by one', async () => {
  const file = (file: string, actual: string | undefined, expected: () => string) => ({
    file,
    command: 'npm run make',
    actual,
    expected,
  });
  const found = await drift([
    file('same', 'a', () => 'a'),
    file('other', 'a\nb', () => 'a\nc'),
    file('none', undefined, () => 'a'),
    file('broken', 'a', () => {
      throw new Error('no such type');
    }),
  ]);
  expect(found).toMatchObject([
    { rule: 'out-of-date', places: [{ file: 'other', line: 2 }] },
    { rule: 'missing', places: [] },
    { rule: 'cannot-generate', message: 'broken cannot be generated: no such type' },
  ]);
});

const breaking: Finding = {
  check: 'api',
  severity: 'error',
  rule: 'FIELD_REMOVED',
  impact: 'breaking',
  at: 'A.b',
  message: 'A.b is removed.',
  advice: 'Keep it.',
  places: [],
};

test('what is accepted is a warning until its day, and an entry without a change is named', () => {
  const entry = { rule: 'FIELD_REMOVED', at: 'A.b', why: 'nobody asks', until: '2027-01-31' };
  const [accepted] = acceptChanges([breaking], [entry], '2027-01-31');
  expect(accepted).toMatchObject({
    severity: 'warning',
    message: 'A.b is removed. (accepted: nobody asks)',
  });
  expect(accepted).not.toHaveProperty('advice');
  expect(acceptChanges([breaking], [entry], '2027-02-01')).toMatchObject([
    { severity: 'error' },
    { rule: 'acceptance-expired', at: 'A.b' },
  ]);
  expect(acceptChanges([], [entry], '2027-01-01')).toMatchObject([{ rule: 'accepted-and-done' }]);
  expect(acceptChanges([breaking], [{ ...entry, at: 'A.c' }], '2027-01-01')).toMatchObject([
    { severity: 'error' },
    { rule: 'accepted-and-done' },
  ]);
});

test('entries without a change are one note, and those that are needed are kept', () => {
  const entry = { rule: 'FIELD_REMOVED', at: 'A.b', why: 'nobody asks' };
  const done = [
    { ...entry, at: 'A.c' },
    { ...entry, rule: 'TYPE_REMOVED' },
  ];
  const findings = acceptChanges([breaking], [...done, entry], '2027-01-01');
  expect(findings).toMatchObject([
    { severity: 'warning' },
    {
      severity: 'note',
      message: expect.stringContaining('at A.c, which is no change here, as do 1'),
    },
  ]);
  expect(stillNeeded([...done, entry], findings)).toEqual([entry]);
  expect(stillNeeded([entry], [{ ...breaking, impact: 'safe' }])).toEqual([]);
});

test('a field that moves for another share of the requests is noted', async () => {
  const { federationChanges } = await import('./diff/federation.ts');
  const { ownershipOf } = await import('./diff/ownership.ts');
  const { parse } = await import('graphql');
  const at = (percent: number) =>
    ownershipOf(
      parse(`
        enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
        type Query @join__type(graph: A) @join__type(graph: B) {
          x: Int @join__field(graph: A, override: "b", overrideLabel: "percent(${percent})") @join__field(graph: B)
        }
      `),
    );
  expect(federationChanges(at(5), at(50), () => true)).toMatchObject([
    {
      rule: 'OVERRIDE_SHARE_CHANGED',
      impact: 'safe',
      message: expect.stringContaining('percent(50)'),
    },
  ]);
});
