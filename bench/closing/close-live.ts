import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../runtime/mongo.ts';
import { orderCollection } from '../../subgraphs/order/store/order-document.ts';
import { bareTransactions } from '../bare-transaction.ts';
import { type Figures, mediansOf, spreadOf } from '../rows.ts';
import { setCloseJob } from './closing-processes.ts';
import { secondIn, store } from './due-orders.ts';
import type { LiveSystem } from './live-system.ts';
import { watchClosings } from './watch-closings.ts';

export const subscribers = 1_000;
export const aSecond = 200;
const hourMs = 3_600_000;
const giveUpMs = 60_000;
const batch = 1_000;

/** Orders that are due at one instant: until the last is closed and all subscribers know. */
export async function burst(
  system: LiveSystem,
  count: number,
): Promise<{ closed: Figures; known: Figures }> {
  const { late, usage, first } = await closeWatched(system, count, count);
  await untilNoneIsDue(system);
  const seconds = (Date.now() - first.getTime()) / 1_000;
  return {
    closed: { perSecond: count / seconds, cpu: usage / count },
    known: spreadOf(late),
  };
}

/** Orders that become due second by second. @returns how late their subscribers know */
export async function steady(system: LiveSystem, seconds: number): Promise<Figures> {
  const count = seconds * aSecond;
  const { late, usage } = await closeWatched(system, count, aSecond);
  return { ...spreadOf(late), cpu: usage / count };
}

/**
 * Stores orders, lets subscribers come, makes so many orders due each second, and waits until all
 * subscribers know that theirs are closed.
 * @returns how late each of them knew, and what all processes computed meanwhile
 */
async function closeWatched(
  system: LiveSystem,
  count: number,
  each: number,
): Promise<{ first: Date; usage: number; late: number[] }> {
  const { order, gatewayUrl, all } = system;
  const sns = await store(order, count, new Date(Date.now() + hourMs));
  const step = Math.ceil(count / subscribers);
  const watching = await watchClosings(
    gatewayUrl,
    sns.filter((_, place) => place % step === 0),
  );
  // Their deadlines are known only now: how long subscribers need to come, and how long it takes to
  // make orders due, depends on what else the machine does.
  const eachMs = await makingDue(order, sns.slice(0, batch));
  const first = secondIn(3_000 + 1.3 * eachMs * count);
  const closeAtOf = await makeDue(system, sns, { first, each });
  if (Date.now() > first.getTime() - 500) throw new Error('the orders were due before all was set');
  await delay(first.getTime() - Date.now() - 500);
  const before = await all.usage();
  const lastMs = Math.ceil(count / each) * 1_000 + giveUpMs;
  const closed = await Promise.race([watching.closed, delay(lastMs, undefined, { ref: false })]);
  if (!closed) throw new Error('some subscribers did not learn that orders are closed');
  const after = await all.usage();
  await watching.leave();
  return {
    first,
    usage: after.cpu - before.cpu,
    late: Array.from(closed, ([sn, at]) => at - (closeAtOf.get(sn)?.getTime() ?? 0)),
  };
}

/** Gives orders their deadlines, and sets the jobs for them. */
async function makeDue(
  { order, scheduler }: Pick<LiveSystem, 'order' | 'scheduler'>,
  sns: readonly string[],
  { first, each }: { first: Date; each: number },
): Promise<Map<string, Date>> {
  const closeAtOf = new Map<string, Date>();
  for (let from = 0; from < sns.length; from += each) {
    const some = sns.slice(from, from + each);
    const closeAt = new Date(first.getTime() + (from / each) * 1_000);
    for (const sn of some) closeAtOf.set(sn, closeAt);
    for (let at = 0; at < some.length; at += batch)
      await setDeadline(order, some.slice(at, at + batch), closeAt);
    await setCloseJob(scheduler, closeAt);
  }
  return closeAtOf;
}

const setDeadline = ({ db }: Database, sns: readonly string[], closeAt: Date) =>
  orderCollection(db).updateMany(
    { _id: { $in: [...sns] } },
    { $set: { closeAt } },
    { hint: { _id: 1 } },
  );

/** How long it takes to make one order due, in milliseconds. They are not due afterwards. */
async function makingDue(order: Database, sns: readonly string[]): Promise<number> {
  const begin = performance.now();
  await setDeadline(order, sns, new Date(Date.now() + 2 * hourMs));
  return (performance.now() - begin) / sns.length;
}

async function untilNoneIsDue({ order }: LiveSystem): Promise<void> {
  const due = { state: 'WAIT_PAY', closeAt: { $lte: new Date() } } as const;
  const orders = orderCollection(order.db);
  while ((await orders.findOne(due, { projection: { _id: 1 } })) !== null) await delay(10);
}

const writers = 8;

/** Placing orders, as the driver writes them, in turns while none closes and while others do. */
export async function placing(
  system: LiveSystem,
  rounds: number,
): Promise<Record<'busy' | 'quiet', Figures>> {
  const figures = { busy: [] as Figures[], quiet: [] as Figures[] };
  const seconds = 2;
  for (let round = 1; round <= rounds; round += 1) {
    figures.quiet.push(await place(system, seconds));
    const sns = await store(system.order, seconds * aSecond, new Date(Date.now() + hourMs));
    const first = secondIn(2_000);
    await makeDue(system, sns, { first, each: aSecond });
    await delay(first.getTime() - Date.now());
    figures.busy.push(await place(system, seconds));
  }
  return { busy: mediansOf(figures.busy), quiet: mediansOf(figures.quiet) };
}

/** Without the CPU: this process also watches. */
async function place({ order }: LiveSystem, seconds: number): Promise<Figures> {
  const { cpu: _, ...figures } = await bareTransactions(order, { writers, seconds });
  return figures;
}
