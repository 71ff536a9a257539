import { type ClientSession, type Db, MongoClient, MongoServerError } from 'mongodb';
import type { Registry } from 'prom-client';
import { inBatches } from './batches.ts';
import { leaveEventsLean } from './lean-command-events.ts';
import type { Stop } from './lifecycle.ts';
import { databaseMetrics } from './mongo-metrics.ts';
import { transactionsOf } from './mongo-transactions.ts';
import { isTraced } from './tracing/span.ts';
import { traceCommands } from './tracing/trace-commands.ts';

/** A service's own database. Writes and reads are durable: majority and journal. */
export type Database = {
  db: Db;
  /** Resolves when the database answers. */
  ping(): Promise<unknown>;
  /** The time by the database's clock. All deadlines are judged by it. */
  now(): Promise<Date>;
  /** Runs `work` as a transaction. After a write conflict it runs again from its start. */
  transaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T>;
  stop: Stop;
};

export type DatabaseOptions = {
  /** Where commands, connections and transactions are counted. */
  metrics?: Registry | undefined;
  /** For work that may take hours, such as building indexes: an answer is waited for without end. */
  patient?: boolean;
  /** It need not be there yet: it is connected by whoever uses it. */
  lazy?: boolean;
};

/**
 * How long we wait for a database. One that is frozen closes no connection: only these limits tell
 * it from a slow one. The driver's monitor notices it after `connectTimeoutMS` and
 * `heartbeatFrequencyMS` together and then fails everything that waits. `socketTimeoutMS` is for a
 * server that answers the monitor and not our command.
 */
const limits = {
  serverSelectionTimeoutMS: 5_000,
  waitQueueTimeoutMS: 5_000,
  connectTimeoutMS: 3_000,
  heartbeatFrequencyMS: 3_000,
  socketTimeoutMS: 10_000,
};

leaveEventsLean();

/** A reading of the clock that takes longer is no longer waited for by others. */
const clockPatienceMs = 20;

/** How long a transaction may take, with all that is tried again after conflicts. */
const transactionLimitMs = 15_000;

/**
 * Connects to a service's own database.
 * @param uri a replica set: transactions and change streams need one
 * @param name the database's name
 */
export async function openDatabase(
  uri: string,
  name: string,
  { metrics, patient = false, lazy = false }: DatabaseOptions = {},
): Promise<Database> {
  const { serverSelectionTimeoutMS } = limits;
  const client = new MongoClient(uri, {
    appName: name,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    ignoreUndefined: true,
    ...(patient ? { serverSelectionTimeoutMS } : limits),
    maxPoolSize: 50,
    monitorCommands: metrics !== undefined || isTraced(),
  });
  const measured = metrics && databaseMetrics(client, metrics);
  if (isTraced()) traceCommands(client);
  if (!lazy) await client.connect();
  const db = client.db(name);
  return {
    db,
    ping: () => db.command({ ping: 1 }),
    now: clockOf(db),
    transaction: transactionsOf(client, {
      limitMs: patient ? Number.POSITIVE_INFINITY : transactionLimitMs,
      onTry: measured?.onTry,
    }),
    stop: () => client.close(),
  };
}

/**
 * The database's clock. Whoever asks while it is read shares the next reading, so that each is read
 * after it was asked for.
 */
function clockOf(db: Db): () => Promise<Date> {
  const read = inBatches<undefined, Date>({
    most: Number.POSITIVE_INFINITY,
    patienceMs: clockPatienceMs,
    async run(asked) {
      const { localTime } = await db.command({ hello: 1 });
      return asked.map(() => localTime);
    },
  });
  return () => read(undefined);
}

/** Whether a write failed because its key exists. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === 11000;
