import { expect, test } from '@jest/globals';
import { exitCode, type Report } from './report.ts';
import { textReport } from './reports/text.ts';

const nothing: Report = {
  base: 'nothing',
  notCompared: 'the history is missing',
  skipped: { api: 'the history is missing' },
  findings: [],
  durationMs: 1,
};

test('a check that compared nothing says so, and fails where a CI asks for it', () => {
  expect(exitCode(nothing)).toBe(0);
  expect(exitCode(nothing, true)).toBe(2);
  const text = textReport(nothing, { coloured: false, mustCompare: true });
  expect(text).toContain('Nothing was compared: the history is missing.');
  expect(text).toContain('The schema could not be checked');
  expect(textReport(nothing, { coloured: false })).toContain('The schema is fine by itself');
});

test('what is wrong is wrong also where nothing was compared', () => {
  const finding = {
    check: 'lint',
    severity: 'error',
    rule: 'described',
    message: 'x',
    places: [],
  } as const;
  expect(exitCode({ ...nothing, findings: [finding] }, true)).toBe(1);
});
