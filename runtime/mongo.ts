import {
  type ClientSession,
  type Db,
  MongoClient,
  MongoServerError,
  type TransactionOptions,
} from 'mongodb';
import { Counter, type Registry } from 'prom-client';
import type { Stop } from './lifecycle.ts';

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

const durable: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
};

/**
 * Connects to a service's own database.
 * @param uri a replica set: transactions and change streams need one
 * @param name the database's name
 * @param metrics where commands are counted, by their name and collection
 */
export async function openDatabase(
  uri: string,
  name: string,
  metrics?: Registry,
): Promise<Database> {
  const client = new MongoClient(uri, {
    appName: name,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    ignoreUndefined: true,
    serverSelectionTimeoutMS: 5_000,
    maxPoolSize: 50,
    monitorCommands: metrics !== undefined,
  });
  if (metrics) countCommands(client, metrics);
  await client.connect();
  const db = client.db(name);
  return {
    db,
    ping: () => db.command({ ping: 1 }),
    now: async () => (await db.command({ hello: 1 })).localTime,
    transaction: (work) =>
      client.withSession((session) => session.withTransaction(() => work(session), durable)),
    stop: () => client.close(),
  };
}

function countCommands(client: MongoClient, metrics: Registry): void {
  const commands = new Counter({
    name: 'mongodb_commands_total',
    help: 'Commands sent to the database',
    labelNames: ['command', 'collection'],
    registers: [metrics],
  });
  client.on('commandStarted', ({ commandName, command }) => {
    const collection = command[commandName];
    commands.inc({
      command: commandName,
      collection: typeof collection === 'string' ? collection : '',
    });
  });
}

/** Whether a write failed because its key exists. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === 11000;
