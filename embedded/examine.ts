import type { OpenWork } from '../runtime/database-gauges.ts';
import { jobCollection } from '../runtime/job-queue.ts';
import { migrationNames } from '../runtime/migrations/find.ts';
import { verifyMigrated } from '../runtime/migrations/verify.ts';
import { type Database, openDatabase } from '../runtime/mongo.ts';
import { databaseName, type ServiceDatabaseSettings } from '../runtime/service-database.ts';
import { databaseOwners } from '../runtime/services.ts';
import { type Hello, whyUnsupported } from '../runtime/supported-database.ts';
import { orderWork } from '../subgraphs/order/store/open-work.ts';
import { paymentWork } from '../subgraphs/payment/store/open-work.ts';
import { ofIndexes } from './examine-indexes.ts';
import { ofProcess, ofSettings, usedServices } from './examine-processes.ts';
import { type Finding, pageOf } from './finding.ts';

type Env = NodeJS.ProcessEnv;
type Databases = Record<(typeof databaseOwners)[number], Database>;

/**
 * Looks at the settings and the databases of all services, and at the processes, if they run.
 * @param env the settings as they are here, which may be fewer than the processes have
 */
export async function examine(settings: ServiceDatabaseSettings, env: Env): Promise<Finding[]> {
  const databases = {} as Databases;
  const names = usedServices(env);
  try {
    for (const name of databaseOwners)
      databases[name] = await openDatabase(settings.MONGODB_URI, databaseName(settings, name));
    const migrated = await Promise.all(databaseOwners.map((name) => ofMigrations(databases, name)));
    const whole = migrated.every(({ todo }) => todo === undefined);
    return [
      await ofServer(databases.order),
      await ofClock(databases.order),
      ...names.map((name) => ofSettings(name, { ...env, ...settings })),
      ...migrated,
      ...(whole ? await ofWhole(databases) : []),
      ...(await Promise.all(names.map((name) => ofProcess(name, env)))),
    ];
  } finally {
    for (const database of Object.values(databases)) await database.stop();
  }
}

async function ofServer({ db }: Database): Promise<Finding> {
  const hello = await db.command({ hello: 1 });
  const { version } = await db.command({ buildInfo: 1 });
  const todo = whyUnsupported(hello as Hello);
  return { what: `the database has version ${version}`, ...(todo ? { todo } : {}) };
}

const toleratedSeconds = 10;

async function ofClock({ now }: Database): Promise<Finding> {
  const seconds = Math.round((Date.now() - (await now()).getTime()) / 1_000);
  const what = `the clock here is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} the database's`;
  if (Math.abs(seconds) < toleratedSeconds) return { what };
  return { what, todo: 'Synchronise the clocks: services refuse each other beyond two minutes.' };
}

async function ofMigrations(databases: Databases, name: keyof Databases): Promise<Finding> {
  const what = `the database of ${name} is migrated`;
  return verifyMigrated(databases[name].db, migrationNames(name)).then(
    () => ({ what }),
    ({ message }: Error) => ({ what: `the database of ${name} is not migrated`, todo: message }),
  );
}

/** How long open work may wait, in seconds, and the page that says what to do then. */
const longest: Record<string, { seconds: number; alert: string }> = {
  'order to close': { seconds: 30, alert: 'OrdersOverdue' },
  'attempt to close': { seconds: 120, alert: 'AttemptNotClosed' },
  'webhook to send': { seconds: 600, alert: 'OrderWebhooksNotSent' },
  'payment to tell': { seconds: 60, alert: 'PaymentNotTold' },
  refund: { seconds: 900, alert: 'RefundStuck' },
  'refund to tell': { seconds: 900, alert: 'RefundStuck' },
  email: { seconds: 300, alert: 'EmailsNotSent' },
};

/** What can be asked of databases that are migrated. */
async function ofWhole(databases: Databases): Promise<Finding[]> {
  const indexes = databaseOwners.map((name) => ofIndexes(databases[name].db, name));
  return [...(await Promise.all(indexes)).flat(), ...(await ofWork(databases))];
}

async function ofWork({ order, payment, scheduler }: Databases): Promise<Finding[]> {
  const [orders, payments, { failing, turnedOff }] = await Promise.all([
    orderWork(order).openWork(),
    paymentWork(payment).openWork(),
    orderWork(order).webhookStates(),
  ]);
  const { now } = orders;
  const work = Object.entries<OpenWork>({ ...orders.work, ...payments.work });
  const due = { nextRunAt: { $lt: new Date(now.getTime() - 60_000) }, lockedAt: null };
  const waiting = await jobCollection(scheduler).countDocuments(due);
  const found = await paymentWork(payment).comparisons();
  const countOf = (ofKind: (kind: string) => boolean) =>
    found.reduce((sum, { kind, count }) => sum + (ofKind(kind) ? count : 0), 0);
  const goodwill = countOf((kind) => kind === 'REFUNDED_BUT_BOOKED');
  const differences = countOf((kind) => kind !== 'REFUNDED_BUT_BOOKED');
  return [
    ...work.map(([kind, open]) => ofOpenWork(kind, open, now)),
    counted(waiting, 'jobs that are due for a minute', 'JobsWait'),
    counted(failing, 'webhooks at which nothing arrives', 'OrderWebhooksFail'),
    { what: `${turnedOff} webhooks that were turned off, until their hosts turn them on` },
    counted(differences, 'differences between money and bookings', 'MoneyAndBookingDisagree'),
    // It may be meant, so it is nothing that must be done.
    { what: `${goodwill} stays that go on although everything was given back` },
  ];
}

function ofOpenWork(kind: string, { count, oldest }: OpenWork, now: Date): Finding {
  const { seconds, alert } = longest[kind] ?? { seconds: 60, alert: 'README' };
  const age = oldest ? Math.round((now.getTime() - oldest.getTime()) / 1_000) : 0;
  const what = `open work, ${kind}: ${count}${oldest ? `, the oldest for ${age} s` : ''}`;
  return age > seconds ? { what, todo: pageOf(alert) } : { what };
}

const counted = (count: number, things: string, alert: string): Finding => ({
  what: `${count} ${things}`,
  ...(count > 0 ? { todo: pageOf(alert) } : {}),
});
