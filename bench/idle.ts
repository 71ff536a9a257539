import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { anyPorts, withAddresses } from '../embedded/system.ts';
import { openJobQueue } from '../runtime/job-queue.ts';
import { services } from '../runtime/services.ts';
import { sampleOrder } from '../testing/order/sample-order.ts';
import { fillOrders } from './fill.ts';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';
import { step } from './progress.ts';
import type { Benchmark, Row } from './rows.ts';
import { secrets } from './secrets.ts';
import { withMongo } from './stage.ts';

const kinds = ['order', 'payment', 'scheduler'] as const;
/** Deadlines of twenty minutes, one job for each second that has one. */
const seconds = 1_200;

/**
 * What the product costs while nobody asks anything: CPU of each process, in microseconds a second,
 * with no order that waits for its deadline and with many. A number says how many.
 */
export const run: Benchmark = async ({ rest: [given] }) => {
  const many = Number(given ?? 20_000);
  const lasts = { settleMs: 4_500, forMs: 5_000 };
  const rows: Row[] = [];
  await withMongo(async (uri, pid) => {
    for (const waiting of [0, many]) {
      step(`${waiting} orders wait`);
      const used = await measured({ uri, pid, waiting, ...lasts });
      for (const [process, cpu] of Object.entries(used))
        rows.push({
          ...{ benchmark: 'idle', task: `${process}, a second`, figures: { cpu } },
          ...{ subject: `${waiting} orders wait`, role: waiting === 0 ? 'floor' : 'ours' },
        });
    }
  });
  return rows;
};

type Stage = {
  uri: string;
  pid: number | undefined;
  waiting: number;
  settleMs: number;
  forMs: number;
};

async function measured(stage: Stage): Promise<Record<string, number>> {
  const { uri, pid, waiting, settleMs, forMs } = stage;
  const begin = Date.now() + 24 * 3_600_000;
  const closeAtOf = (number: number) => new Date(begin + (number % seconds) * 1_000);
  const { prefix, database } = await fillOrders(uri, waiting, (number) =>
    sampleOrder({ homestayId: crypto.randomUUID(), closeAt: closeAtOf(number) }),
  );
  await database.stop();
  if (waiting > 0) await setJobs(uri, prefix, closeAtOf);
  const env = await withAddresses({
    ...{ ...anyPorts, ...secrets, LOG_LEVEL: 'error' },
    ...{ MONGODB_URI: uri, DATABASE_PREFIX: prefix },
  });
  const processes = kinds.map((name): [string, MeasuredProcess] => [
    name,
    startMeasured({ program: [`${services[name].folder}/main.ts`], env }),
  ]);
  try {
    await delay(settleMs);
    const before = await usedBy(processes, pid);
    const from = performance.now();
    await delay(forMs);
    const after = await usedBy(processes, pid);
    const passed = (performance.now() - from) / 1_000;
    return Object.fromEntries(
      Object.keys(after).map((name) => [name, ((after[name] ?? 0) - (before[name] ?? 0)) / passed]),
    );
  } finally {
    for (const [, { stop }] of processes) stop();
  }
}

async function setJobs(uri: string, prefix: string, closeAtOf: (number: number) => Date) {
  const { setJob, stop } = await openJobQueue({ MONGODB_URI: uri, DATABASE_PREFIX: prefix });
  for (let second = 0; second < seconds; second += 1)
    await setJob('close-orders', closeAtOf(second));
  await stop();
}

/** CPU since the start, in microseconds. */
async function usedBy(
  processes: readonly [string, MeasuredProcess][],
  pid: number | undefined,
): Promise<Record<string, number>> {
  const used: Record<string, number> = {};
  for (const [name, { usage }] of processes) used[name] = (await usage()).cpu;
  if (pid !== undefined) used.database = cpuOf(pid);
  return used;
}

/** Of a process that is not ours, from Linux' `/proc`, which counts in hundredths of a second. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
