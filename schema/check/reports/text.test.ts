import { expect, test } from '@jest/globals';
import type { Finding, Report } from '../report.ts';
import { githubAnnotations } from './github.ts';
import { textReport } from './text.ts';

const place = { file: 'schema/travel.graphql', line: 7, column: 3 };
const report = (...findings: Finding[]): Report => ({
  base: 'v1',
  skipped: { plan: 'there is nothing to compare with' },
  findings,
  durationMs: 1234,
});
const removed: Finding = {
  check: 'api',
  severity: 'error',
  rule: 'FIELD_REMOVED',
  impact: 'breaking',
  at: 'Homestay.title',
  message: "Field 'title' was removed",
  advice: 'Keep it.',
  places: [place],
};
const undescribed = (at: string): Finding => ({
  check: 'lint',
  severity: 'error',
  rule: 'described',
  at,
  message: `${at} has no description.`,
  advice: 'Say what it is.',
  places: [place],
});

test('a report for people says what was compared, what each check found, and how it ends', () => {
  const use = { operation: 'Page', file: 'schema/operations/page.graphql', line: 3, column: 5 };
  const lines = textReport(report({ ...removed, operations: [use] }), { coloured: false }).split(
    '\n',
  );
  expect(lines[0]).toBe('Schema check, compared with v1');
  expect(lines).toEqual(
    expect.arrayContaining([
      '✓ compose    the subgraphs make one supergraph',
      '✗ api        what changes for clients',
      "  breaking  Field 'title' was removed",
      '    at schema/travel.graphql:7:3 (FIELD_REMOVED)',
      '    Page uses it at schema/operations/page.graphql:3:5',
      '    → Keep it.',
      expect.stringContaining('not checked, there is nothing to compare with'),
      'The schema check fails: 1 error, 0 warnings, 0 notes in 1.2 s',
    ]),
  );
});

test('a breaking change that no operation touches is reported as such', () => {
  expect(textReport(report({ ...removed, operations: [] }), { coloured: false })).toContain(
    '    no registered operation uses it\n',
  );
});

test('an advice for several findings is given once, below the last', () => {
  const text = textReport(report(undescribed('A'), undescribed('B')), { coloured: false });
  expect(text.match(/→/g)).toHaveLength(1);
  expect(text.indexOf('B has no description.')).toBeLessThan(text.indexOf('→'));
});

test('safe changes are told, and only counted when there are many', () => {
  const added = (at: string): Finding => ({
    ...removed,
    severity: 'note',
    impact: 'safe',
    at,
    message: `${at} is new`,
  });
  const text = textReport(
    report(...Array.from({ length: 20 }, (_, index) => added(`A.f${index}`))),
    {
      coloured: false,
    },
  );
  expect(text).toContain('safe  A.f0 is new');
  expect(text).toContain('and 8 more notes');
  expect(text).toContain('The schema is fine');
});

test('colours are for terminals', () => {
  expect(textReport(report(removed), { coloured: true })).toContain('\u001b[31mbreaking\u001b[0m');
  expect(textReport(report(removed), { coloured: false })).not.toContain('\u001b');
});

test('what would end a GitHub annotation early is written in its escapes', () => {
  const { check, severity, rule } = removed;
  const strange: Finding = {
    check,
    severity,
    rule,
    message: '100%\nsure',
    places: [{ ...place, file: 'a,b:c.graphql' }],
  };
  expect(githubAnnotations(report(strange))).toBe(
    '::error file=a%2Cb%3Ac.graphql,line=7,col=3,title=api%3A FIELD_REMOVED::100%25%0Asure',
  );
});
