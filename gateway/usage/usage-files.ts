import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { dayOf, type UsageCounter, usageCounter } from './usage-counter.ts';

export type UsageFilesOptions = {
  folder: string;
  log: Log;
  everyMs?: number;
  now?: () => number;
};

/**
 * Counts operations and writes what was counted, by day, every minute and at the stop:
 * `INSTANCE-DAY.json`, whole or not at all. Each start of a gateway is an instance of its own, so
 * that no file is written by two.
 * @throws where the folder cannot be written to
 */
export function openUsageFiles({
  folder,
  log,
  everyMs = 60_000,
  now = Date.now,
}: UsageFilesOptions): { count: UsageCounter['count']; write: () => void; stop: Stop } {
  mkdirSync(folder, { recursive: true });
  const instance = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const counter = usageCounter(now);
  const write = () => {
    const day = counter.day();
    try {
      const file = join(folder, `${instance}-${day.day}.json`);
      if (day.operations.length + day.other > 0) {
        writeFileSync(`${file}.tmp`, `${JSON.stringify(day)}\n`);
        renameSync(`${file}.tmp`, file);
      }
      if (day.day !== dayOf(now())) counter.clear();
    } catch (error) {
      log.error({ err: error, folder }, 'the usage of operations cannot be written');
    }
  };
  const timer = setInterval(write, everyMs).unref();
  return {
    count: counter.count,
    write,
    stop: async () => {
      clearInterval(timer);
      write();
    },
  };
}
