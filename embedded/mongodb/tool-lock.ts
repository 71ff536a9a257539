import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const beatMs = 2_000;
const staleMs = 15_000;

/**
 * Runs `work` under a lock that processes share. The lock is a file that its holder touches every
 * two seconds. If it was not touched for a while, its holder was killed.
 * @param waiting called once if another process holds the lock
 */
export async function withToolLock<T>(
  path: string,
  waiting: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const id = randomUUID();
  for (let waited = false; !take(path, id); waited = true) {
    if (!waited) waiting();
    await sleep(500);
  }
  const beat = setInterval(() => touch(path), beatMs).unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (holder(path) === id) rmSync(path, { force: true });
  }
}

function take(path: string, id: string): boolean {
  try {
    writeFileSync(path, id, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (ageOf(path) > staleMs) rmSync(path, { force: true });
  return false;
}

const ageOf = (path: string): number =>
  Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The file was removed. At worst the tool runs twice, under its own locks.
  }
}

function holder(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
