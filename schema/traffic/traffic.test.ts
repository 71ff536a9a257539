import { expect, test } from '@jest/globals';
import type { Finding } from '../check/report.ts';
import { judgeByTraffic, seenTraffic } from '../check/traffic.ts';
import { fold, noTraffic, type Traffic, type UsageFile } from './traffic.ts';

const body = 'query Page { stay { title } }';
const day = (date: string, count: number, name = 'web', version = '1'): UsageFile => ({
  format: 'operation-usage',
  version: 1,
  day: date,
  other: 0,
  operations: [
    { id: 'a1', name: 'Page', type: 'query', body, clients: [{ name, version, count }] },
  ],
});
const today = '2027-01-31';

test('the instances of a day are added up, and folding the same files again changes nothing', () => {
  const files = [day('2027-01-29', 1), day('2027-01-30', 2), day('2027-01-30', 3)];
  const folded = fold(noTraffic, files, today);
  expect(folded.days).toEqual({
    '2027-01-29': { instances: 1, other: 0 },
    '2027-01-30': { instances: 2, other: 0 },
  });
  expect(folded.operations[0]?.clients).toEqual([
    { name: 'web', version: '1', days: { '2027-01-29': 1, '2027-01-30': 5 } },
  ]);
  expect(fold(folded, files, today)).toEqual(folded);
  expect(fold(folded, [], today)).toEqual(folded);
});

test('a day is kept for 400 days', () => {
  const folded = fold(noTraffic, [day('2025-12-27', 1), day('2025-12-26', 1)], today);
  expect(Object.keys(fold(folded, [], today).days)).toEqual(['2025-12-27']);
});

const seen = (traffic: Traffic, days: number, ...clients: string[]) => {
  const text = JSON.stringify(traffic, null, 1);
  return seenTraffic(traffic, { file: 'traffic.json', text }, { days, clients, today });
};

test('what was sent in the window is an operation of its client, with how often and when last', () => {
  const traffic = fold(
    noTraffic,
    [day('2027-01-28', 9), day('2027-01-29', 1), day('2027-01-30', 2), day('2027-01-30', 4, 'bot')],
    today,
  );
  expect(seen(traffic, 2).operations).toMatchObject([
    { name: 'Page', client: 'bot@1', seen: { count: 4, lastDay: '2027-01-30' } },
    { name: 'Page', client: 'web@1', seen: { count: 3, lastDay: '2027-01-30' } },
  ]);
  expect(seen(traffic, 2, '!bot').operations).toMatchObject([{ client: 'web@1' }]);
  expect(seen(traffic, 2, 'bot').operations).toMatchObject([{ client: 'bot@1' }]);
  expect(seen(traffic, 3)).toMatchObject({
    covered: true,
    words: '3 of the last 3 days seen, 16 operations',
  });
  expect(seen(traffic, 90)).toMatchObject({ covered: false });
});

const removed: Finding = {
  check: 'api',
  severity: 'error',
  rule: 'FIELD_REMOVED',
  impact: 'breaking',
  at: 'Stay.motto',
  message: 'Stay.motto is removed.',
  places: [],
  operations: [],
};

test('what nobody used in the whole window is a warning; where a day is missing it stays an error', () => {
  const traffic = fold(noTraffic, [day('2027-01-29', 1), day('2027-01-30', 1)], today);
  const [unused] = judgeByTraffic([removed], seen(traffic, 2));
  expect(unused).toMatchObject({ severity: 'warning', message: expect.stringContaining('Nobody') });
  const [unknown] = judgeByTraffic([removed], seen(traffic, 3));
  expect(unknown).toMatchObject({
    severity: 'error',
    message: expect.stringContaining('2 of the last 3 days seen'),
  });
  const use = { operation: 'web@1 Page', file: 'x', line: 1, column: 1 };
  const used = { ...removed, operations: [use] };
  expect(judgeByTraffic([used], seen(traffic, 2))).toEqual([used]);
});
