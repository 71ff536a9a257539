import { expect, test } from '@jest/globals';
import { isClean } from '../../chaos/audit.ts';
import { chaos } from '../../chaos/chaos.ts';

test('under load and faults nothing that was acknowledged is lost', async () => {
  const report = await chaos({
    seed: 11,
    rounds: 3,
    faultMs: 5_000,
    restMs: 3_000,
    only: [
      'one order process killed',
      'one payment process frozen',
      'the network to the database cut',
    ],
  });
  expect(report.audit).toEqual(
    Object.fromEntries(Object.keys(report.audit).map((kind) => [kind, []])),
  );
  expect(isClean(report.audit)).toBe(true);
  expect(report.orders).toBeGreaterThan(10);
  expect(report.paid).toBeGreaterThan(0);
  expect(report.faults.map(({ backAfterMs }) => backAfterMs)).not.toContain(null);
}, 600_000);
