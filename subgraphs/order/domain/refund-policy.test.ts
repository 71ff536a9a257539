import { expect, test } from '@jest/globals';
import { readSettings } from '../../../runtime/settings.ts';
import { orderSettings } from '../settings.ts';
import { type RefundPolicy, termOn, termsOf } from './refund-policy.ts';

const policy = [
  { daysBefore: 7, share: 100 },
  { daysBefore: 1, share: 50 },
];

const shareOn = (rules: RefundPolicy, checkIn: string, today: string): number =>
  termOn(rules, checkIn, today)?.share ?? 0;

test.each([
  ['2026-12-01', 100],
  ['2026-12-03', 100],
  ['2026-12-04', 50],
  ['2026-12-09', 50],
  ['2026-12-10', 0],
  ['2026-12-11', 0],
])('a traveller who leaves a stay of 2026-12-10 on %s gets %i percent back', (today, share) => {
  expect(shareOn(policy, '2026-12-10', today)).toBe(share);
});

test('an empty policy gives nothing back', () => {
  expect(shareOn([], '2026-12-10', '2026-01-01')).toBe(0);
});

const env = {
  MONGODB_URI: 'mongodb://127.0.0.1:27017',
  SERVICE_SECRET: 'a secret of the tests, for the services',
};
const policyFrom = (text: string) =>
  readSettings(orderSettings, { ...env, REFUND_POLICY: text }).REFUND_POLICY;

test('the policy is a setting: rules, sorted from the earliest day to the latest', () => {
  expect(readSettings(orderSettings, env).REFUND_POLICY).toEqual(policy);
  expect(policyFrom('1:50,14:100')).toEqual([
    { daysBefore: 14, share: 100 },
    { daysBefore: 1, share: 50 },
  ]);
  expect(() => policyFrom('7:101')).toThrow('must be rules such as 7:100,1:50');
});

test('a policy of a stay has dates, on which its shares are what goes back', () => {
  const terms = termsOf(policy, '2026-12-10');
  expect(terms).toEqual([
    { until: '2026-12-03', share: 100 },
    { until: '2026-12-09', share: 50 },
  ]);
  for (const { until, share } of terms) expect(shareOn(policy, '2026-12-10', until)).toBe(share);
});
