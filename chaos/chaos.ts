import { setTimeout as delay } from 'node:timers/promises';
import { randomFrom, shuffled } from '../testing/random.ts';
import { type Audit, audit, isClean } from './audit.ts';
import { type FaultName, faultNames, faults } from './faults.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { type Load, type Seen, startLoad } from './load.ts';

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
  say?: (line: string) => void;
};

const settings = {
  LOG_LEVEL: 'info',
  CLOSE_ORDER_AFTER: '8s',
  MAX_UNPAID_ORDERS: '100000',
  MAX_UNPAID_ORDERS_AT_HOMESTAY: '100000',
};
const settleLimitMs = 90_000;

/** Runs the product under load, makes faults, and audits what is left. */
export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, say = () => {} } = options;
  say('starting 12 processes');
  const fleet = await startFleet(settings, say);
  try {
    const load = startLoad(fleet, randomFrom(seed + 1));
    const windows = await makeFaults(fleet, options);
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

type Window = { fault: FaultName; from: number; mended: number; to: number };

async function makeFaults(fleet: Fleet, options: ChaosOptions): Promise<Window[]> {
  const { seed, rounds, faultMs = 8_000, restMs = 7_000, only = faultNames, say } = options;
  const random = randomFrom(seed);
  const order: FaultName[] = [];
  while (order.length < rounds) order.push(...shuffled(random, only));
  const windows: Window[] = [];
  await delay(restMs);
  for (const fault of order.slice(0, rounds)) {
    say?.(fault);
    const from = Date.now();
    const mend = await faults[fault](fleet, random);
    await delay(faultMs);
    await mend();
    const mended = Date.now();
    await delay(restMs);
    windows.push({ fault, from, mended, to: Date.now() });
  }
  return windows;
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
  const { fault, from, mended, to } = window;
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
  };
}

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
