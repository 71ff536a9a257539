import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createLog } from '../../runtime/log.ts';
import { openUsageFiles } from './usage-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usage-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const log = createLog('test', 'silent');
const page = parse('query Page { now }');
const web = { name: 'web', version: '1' };
const days = () =>
  readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
    .map(({ day, operations }) => [day, operations[0].clients[0].count]);

test('what was counted is written by day, whole, and at the stop', async () => {
  let time = Date.parse('2027-01-30T23:59:00Z');
  const { count, write, stop } = openUsageFiles({ folder, log, now: () => time });
  count(page, undefined, web);
  write();
  expect(days()).toEqual([['2027-01-30', 1]]);
  time += 120_000;
  write();
  count(page, undefined, web);
  count(page, undefined, web);
  await stop();
  expect(days()).toEqual([
    ['2027-01-30', 1],
    ['2027-01-31', 2],
  ]);
});

test('where nothing was asked nothing is written', async () => {
  const { stop } = openUsageFiles({ folder, log });
  await stop();
  expect(readdirSync(folder)).toEqual([]);
});
