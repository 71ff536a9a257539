import { checkoutOf } from './checkout.ts';
import { agendaJobs } from './closing/agenda-jobs.ts';
import { asynqTasks } from './closing/asynq-tasks.ts';
import { bullJobs } from './closing/bull-jobs.ts';
import { closingProcesses } from './closing/closing-processes.ts';
import type { Closed } from './closing/due-orders.ts';
import { liveRows } from './closing/live-rows.ts';
import { type Benchmark, type Figures, mediansOf, type Row, whyAbsent } from './rows.ts';
import { withMongo } from './stage.ts';

type Subject = Pick<Row, 'subject' | 'role'> & {
  /** @throws where what it needs is not there */
  close: (uri: string, orders: number) => Promise<Closed & { cpu?: number }>;
  /** How many it is given, where it would not be done with all. */
  atMost?: number;
};

const peers: Subject[] = [
  { subject: 'asynq, a task for each', role: 'peer', close: asynqTasks },
  { subject: 'BullMQ, a job for each', role: 'peer', close: bullJobs },
  { subject: 'Agenda, a job for each', role: 'peer', close: agendaJobs, atMost: 300 },
];

/**
 * How many orders that are due at one instant are closed in a second, from that instant until the
 * last is closed. `p50` and `p99` are how late they are. A number says how many orders.
 * `--processes=2`: so many order services and schedulers. `--against REF`: no peers, but ours at
 * that commit, taking turns. Otherwise there are rows of two schedulers with subscribers,
 * too; `--ours`: without peers.
 */
export const run: Benchmark = async ({ quick, amongAll, against, rest }) => {
  const [given] = rest.filter((option) => !option.startsWith('--'));
  const orders = Number(given ?? (quick ? 2_000 : 10_000));
  const processes = Number(rest.find((one) => one.startsWith('--processes='))?.slice(12) ?? 1);
  const earlier = against ? checkoutOf(against) : undefined;
  const live: Row[] = [];
  const oursIn = (folder?: string) => (uri: string, count: number) =>
    closingProcesses({ uri, count, processes, ...(folder ? { folder } : {}) });
  const subjects: Measured[] = [
    { subject: 'ours', role: 'ours' as const, close: oursIn() },
    ...(earlier
      ? [{ subject: `ours at ${against}`, role: 'peer' as const, close: oursIn(earlier.folder) }]
      : peers),
  ]
    .filter(({ role }) => role === 'ours' || !rest.includes('--ours'))
    .map((subject) => ({ ...subject, rounds: [] }));
  const turns = earlier && !quick ? [1, 2, 3] : [1];
  try {
    await withMongo(async (uri) => {
      if (!earlier) live.push(...(await liveRows(uri, { orders, quick, amongAll })));
      for (const turn of turns)
        for (const one of turn % 2 === 1 ? subjects : subjects.toReversed())
          await closeOnce(one, uri, orders);
    });
    return [...subjects.map((one) => rowOf(one, orders)), ...live];
  } finally {
    earlier?.remove();
  }
};

type Measured = Subject & { rounds: Figures[]; absent?: string };

/** @throws where it is ours that fails */
async function closeOnce(one: Measured, uri: string, orders: number): Promise<void> {
  const count = Math.min(orders, one.atMost ?? orders);
  console.error(`  ${count} orders: ${one.subject}`);
  try {
    const { seconds, late, cpu } = await one.close(uri, count);
    console.error(`    ${seconds.toFixed(2)} s`);
    one.rounds.push({ perSecond: count / seconds, ...late, ...(cpu ? { cpu } : {}) });
  } catch (error) {
    if (one.role === 'ours') throw error;
    one.absent = whyAbsent(error as Error);
  }
}

const rowOf = ({ subject, role, atMost, rounds, absent }: Measured, orders: number): Row => ({
  ...{ benchmark: 'closing', task: `${orders} orders due at once`, role, by: 'perSecond' },
  subject: atMost && atMost < orders && !absent ? `${subject} (${atMost} orders)` : subject,
  figures: mediansOf(rounds),
  ...(absent === undefined ? {} : { absent }),
});
