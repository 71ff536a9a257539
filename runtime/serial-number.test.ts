import { expect, test } from '@jest/globals';
import { firstSerialNumber, readOnAfter, serialNumber } from './serial-number.ts';

test('a serial number is its prefix, the second it was made in, and eight digits', () => {
  const sn = serialNumber('HSO', new Date('2026-12-01T09:08:07.654Z'));
  expect(sn).toMatch(/^HSO20261201090807\d{8}$/);
  expect(sn).toHaveLength(25);
});

test('serial numbers of one second differ', () => {
  const at = new Date();
  const made = new Set(Array.from({ length: 1_000 }, () => serialNumber('HSO', at)));
  expect(made.size).toBeGreaterThan(990);
});

test('serial numbers sort by the second they were made in', () => {
  const [before, second] = [new Date('2026-12-01T09:08:06.999Z'), new Date('2026-12-01T09:08:07Z')];
  expect(serialNumber('HSO', before) < firstSerialNumber('HSO', second)).toBe(true);
  expect(serialNumber('HSO', second) > firstSerialNumber('HSO', second)).toBe(true);
});

test('what was numbered since an instant is read on after the last number that was read', () => {
  const since = new Date('2026-11-28T00:00:00Z');
  const last = serialNumber('HSO', new Date('2026-11-28T00:00:01Z'));
  expect(readOnAfter('HSO', since, '')).toBe(firstSerialNumber('HSO', since));
  expect(readOnAfter('HSO', since, last)).toBe(last);
});
