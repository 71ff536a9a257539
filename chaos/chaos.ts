import { setTimeout as delay } from 'node:timers/promises';
import { randomFrom, shuffled } from '../testing/random.ts';
import { type Audit, audit, isClean } from './audit.ts';
import { type FaultName, faultNames, faults } from './faults.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { type Load, type Seen, startLoad } from './load.ts';
import { type AlertWatch, watchAlerts } from './watch-alerts.ts';

/** What one fault did to travellers. */
export type FaultReport = {
  fault: FaultName;
  requests: number;
  /** Requests that had no answer, by the code of the error. */
  failed: Record<string, number>;
  longestWaitMs: number;
  /** How late the latest order was closed whose deadline passed meanwhile. */
  latestCloseMs: number | null;
  /** From the end of the fault to the first answer to a request that was sent after it. */
  backAfterMs: number | null;
  /** The alerts that began to fire, and how long after the fault; none if they are not watched. */
  alerts: { alert: string; afterMs: number }[];
};

export type ChaosReport = {
  seed: number;
  orders: number;
  paid: number;
  cancelled: number;
  faults: FaultReport[];
  audit: Audit;
  logs: string;
};

export type ChaosOptions = {
  seed: number;
  /** How many faults are made, one after the other. */
  rounds: number;
  faultMs?: number;
  restMs?: number;
  /** Only these. */
  only?: readonly FaultName[];
  /** Holds each fault until its alert fires, within a limit. */
  alerts?: boolean;
  say?: (line: string) => void;
};

const settings = {
  LOG_LEVEL: 'info',
  CLOSE_ORDER_AFTER: '8s',
  MAX_UNPAID_ORDERS: '100000',
  MAX_UNPAID_ORDERS_AT_HOMESTAY: '100000',
};
const settleLimitMs = 90_000;
/** An alert that has not fired after this time will not have fired within a minute. */
const alertLimitMs = 75_000;
/** The alert of the fault before, which looks back for minutes, ends first. */
const alertEndLimitMs = 300_000;
const lookEveryMs = 250;

/** Runs the product under load, makes faults, and audits what is left. */
export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, say = () => {} } = options;
  say('starting 12 processes');
  const fleet = await startFleet(settings, say);
  try {
    const load = startLoad(fleet, randomFrom(seed + 1));
    const watch = options.alerts ? watchAlerts(fleet.copies) : undefined;
    const windows = await makeFaults(fleet, options, watch);
    await watch?.stop();
    await load.stop();
    say('waiting until nothing is left to do');
    const found = await settled(fleet, load);
    const reports = await Promise.all(windows.map((window) => reportOf(fleet, load, window)));
    const { placed, paid, cancelled } = load.ledger;
    const { logs } = fleet;
    const told = { orders: placed.size, paid: paid.size, cancelled: cancelled.size };
    return { seed, ...told, faults: reports, audit: found, logs };
  } finally {
    await fleet.stop();
  }
}

type Window = Pick<FaultReport, 'fault' | 'alerts'> & { from: number; mended: number; to: number };

async function makeFaults(
  fleet: Fleet,
  options: ChaosOptions,
  watch?: AlertWatch,
): Promise<Window[]> {
  const { seed, rounds, faultMs = 8_000, restMs = 7_000, only = faultNames, say } = options;
  const random = randomFrom(seed);
  const order: FaultName[] = [];
  // In the table's order, two faults with one alert do not follow each other.
  if (watch) order.push(...only);
  while (order.length < rounds) order.push(...shuffled(random, only));
  const windows: Window[] = [];
  await delay(restMs);
  for (const fault of order.slice(0, rounds)) {
    const [make, alert] = faults[fault];
    const fires = () => alert !== null && watch?.isFiring(alert) === true;
    await until(() => !fires(), alertEndLimitMs);
    say?.(fault);
    const from = Date.now();
    const mend = await make(fleet, random);
    await delay(faultMs);
    if (watch && alert) await until(fires, from + alertLimitMs - Date.now());
    await mend();
    const mended = Date.now();
    await delay(restMs);
    const alerts = (watch?.begun ?? [])
      .filter(({ at }) => at >= from)
      .map((one) => ({ alert: one.alert, afterMs: one.at - from }));
    if (watch) say?.(`  ${alerts.map((one) => `${one.alert} ${one.afterMs} ms`).join(', ')}`);
    windows.push({ fault, from, mended, to: Date.now(), alerts });
  }
  return windows;
}

async function until(holds: () => boolean, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  while (!holds() && Date.now() < end) await delay(lookEveryMs);
}

/** The audit, as soon as it is clean, or as it is when that takes too long. */
async function settled(fleet: Fleet, { ledger }: Load): Promise<Audit> {
  const end = Date.now() + settleLimitMs;
  await delay(Number.parseInt(settings.CLOSE_ORDER_AFTER, 10) * 1_000);
  for (;;) {
    const found = await audit(fleet, ledger);
    if (isClean(found) || Date.now() > end) return found;
    await delay(1_000);
  }
}

async function reportOf(fleet: Fleet, { seen }: Load, window: Window): Promise<FaultReport> {
  const { fault, from, mended, to, alerts } = window;
  const during = seen.filter((one) => one.from < to && one.to > from);
  const failed: Record<string, number> = {};
  for (const { outcome } of during)
    if (outcome !== 'answered') failed[outcome] = (failed[outcome] ?? 0) + 1;
  const wait = ({ from: begin, to: end }: Seen) => end - begin;
  const back = seen.find((one) => one.from >= mended && one.outcome === 'answered');
  return {
    fault,
    requests: during.length,
    failed,
    longestWaitMs: Math.max(0, ...during.map(wait)),
    latestCloseMs: await latestClose(fleet, new Date(from), new Date(to)),
    backAfterMs: back ? back.to - mended : null,
    alerts,
  };
}

/** How long after a fault its alert fired; null where it did not, or was not watched. */
export const alertAfterMs = ({ fault, alerts }: FaultReport): number | null =>
  alerts.find(({ alert }) => alert === faults[fault][1])?.afterMs ?? null;

async function latestClose({ databases }: Fleet, from: Date, to: Date): Promise<number | null> {
  const closed = await databases.order.db
    .collection('orders')
    .find({ closeAt: { $gte: from, $lte: to }, 'history.cause': 'DEADLINE_PASSED' })
    .toArray();
  const late = closed.map(({ closeAt, history }) => {
    const close = history.find(({ cause }: { cause: string }) => cause === 'DEADLINE_PASSED');
    return close.at.getTime() - closeAt.getTime();
  });
  return late.length > 0 ? Math.max(...late) : null;
}
