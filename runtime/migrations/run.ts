import { setTimeout as delay } from 'node:timers/promises';
import { type Lease, openLease } from '../lease.ts';
import type { Database } from '../mongo.ts';
import { openJournal } from './journal.ts';
import type { NamedMigration } from './migration.ts';
import { migrationTarget } from './target.ts';

export type RunOptions = {
  database: Pick<Database, 'db' | 'now'>;
  /** All migrations that this version knows, in their order. */
  migrations: readonly NamedMigration[];
  /** Told a line at a time what happens. Silent if there is nothing to do. */
  say: (line: string) => void;
  /** Says nothing of a migration that ends sooner. */
  quietMs?: number;
  signal?: AbortSignal;
  /** For how long others wait for a process that was killed. */
  leaseMs?: number;
  /** How often it says that a migration still runs. */
  sayEveryMs?: number;
};

const waitMs = 250;

/**
 * Runs the migrations that a database lacks, one after the other, in one process at a time. What
 * was interrupted goes on where it stopped. Returns the names of those that it has run.
 */
export async function runMigrations(options: RunOptions): Promise<string[]> {
  const { database, migrations, say, leaseMs = 30_000, signal } = options;
  const journal = openJournal(database.db);
  const missing = async () => {
    const finished = new Set((await journal.finished()).map(({ _id }) => _id));
    return migrations.filter(({ name }) => !finished.has(name));
  };
  if ((await missing()).length === 0) return [];
  const lease = openLease(database, 'migrations', leaseMs);
  await waitFor(lease, say, signal);
  const stopRenewing = renew(lease, leaseMs / 3);
  try {
    const due = await missing();
    for (const migration of due) await runOne(migration, { ...options, owner: lease.owner });
    return due.map(({ name }) => name);
  } finally {
    await stopRenewing();
    await lease.release();
  }
}

async function runOne(
  migration: NamedMigration,
  {
    database,
    say,
    owner,
    sayEveryMs = 10_000,
    quietMs = 0,
    signal,
  }: RunOptions & { owner: string },
): Promise<void> {
  const { db, now } = database;
  const { name } = migration;
  const journal = openJournal(db);
  const startedAt = Date.now();
  const positions = await journal.begin(name, owner, await now());
  let doing = 'started';
  const timer = setInterval(() => say(`${name}: ${doing}, ${secondsSince(startedAt)}`), sayEveryMs);
  try {
    await migration.run(
      migrationTarget({
        db,
        positions,
        reached: (update, position) => journal.reached(name, owner, update, position),
        progress: (now) => {
          doing = now;
        },
        signal: signal ?? new AbortController().signal,
      }),
    );
  } finally {
    clearInterval(timer);
  }
  await journal.finish(name, owner, await now(), migration.refusesOlder ?? false);
  if (Date.now() - startedAt >= quietMs) say(`${name}: done, ${secondsSince(startedAt)}`);
}

const secondsSince = (start: number): string => `${((Date.now() - start) / 1000).toFixed(1)} s`;

async function waitFor(lease: Lease, say: RunOptions['say'], signal?: AbortSignal): Promise<void> {
  if (await lease.take()) return;
  say('another process is migrating; waiting for it');
  while (!(await lease.take())) await delay(waitMs, undefined, { signal });
}

/**
 * Keeps a lease. If it is lost all the same, the journal refuses what this process writes from then
 * on.
 */
function renew(lease: Lease, everyMs: number): () => Promise<void> {
  let renewing = Promise.resolve();
  const timer = setInterval(() => {
    renewing = lease.take().then(
      () => {},
      () => {},
    );
  }, everyMs);
  return () => {
    clearInterval(timer);
    return renewing;
  };
}
