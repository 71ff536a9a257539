import { checkoutOf } from './checkout.ts';
import { agendaJobs } from './closing/agenda-jobs.ts';
import { asynqTasks } from './closing/asynq-tasks.ts';
import { bullJobs } from './closing/bull-jobs.ts';
import { closingProcesses } from './closing/closing-processes.ts';
import type { Closed } from './closing/due-orders.ts';
import { liveRows } from './closing/live-rows.ts';
import { step } from './progress.ts';
import { type Benchmark, type Figures, mediansOf, type Row, whyAbsent } from './rows.ts';
import { withMongo } from './stage.ts';

/** As many as must be closed without subscribers waiting long. */
const most = 50_000;

type Subject = Pick<Row, 'subject' | 'role'> & {
  /** @throws where what it needs is not there */
  close: (uri: string, orders: number) => Promise<Closed & { cpu?: number }>;
  /** How many it is given, where it would not be done with all. */
  atMost?: number;
  /** Left out of a quick run. */
  isSlow?: true;
};

const peers: Subject[] = [
  { subject: 'asynq, a task for each', role: 'peer', close: asynqTasks },
  // As many a second however many there are, and no goal is measured by these.
  {
    subject: 'BullMQ, a job for each',
    ...{ role: 'peer', close: bullJobs, atMost: 2_000, isSlow: true },
  },
  {
    subject: 'Agenda, a job for each',
    ...{ role: 'peer', close: agendaJobs, atMost: 200, isSlow: true },
  },
];

/**
 * How many orders that are due at one instant are closed in a second, from that instant until the
 * last is closed. `p50` and `p99` are how late they are. A number says how many orders.
 * `--processes=2`: so many order services and schedulers. `--against REF`: no peers, but ours at
 * that commit, taking turns. Otherwise, and not with `--quick`, there are rows of two schedulers with
 * subscribers, too; `--ours`: without peers.
 */
export const run: Benchmark = async ({ quick, against, rest }) => {
  const [given] = rest.filter((option) => !option.startsWith('--'));
  const orders = Number(given ?? (quick ? 1_000 : 10_000));
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
    .map((subject) => ({
      ...{ ...subject, rounds: [] },
      ...(quick && subject.isSlow ? { absent: 'not in a quick run' } : {}),
    }));
  const turns = earlier && !quick ? [1, 2, 3] : [1];
  try {
    await withMongo(async (uri) => {
      if (!earlier && !quick) live.push(...(await liveRows(uri, [orders, most])));
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

async function closeOnce(one: Measured, uri: string, orders: number): Promise<void> {
  if (one.absent !== undefined) return;
  const count = Math.min(orders, one.atMost ?? orders);
  step(`${count} orders: ${one.subject}`);
  try {
    const { seconds, late, cpu } = await one.close(uri, count);
    step(`${seconds.toFixed(2)} s`);
    one.rounds.push({ perSecond: count / seconds, ...late, ...(cpu ? { cpu } : {}) });
  } catch (error) {
    one.absent = whyAbsent(error as Error);
  }
}

const rowOf = ({ subject, role, atMost, rounds, absent }: Measured, orders: number): Row => ({
  ...{ benchmark: 'closing', task: `${orders} orders due at once`, role, by: 'perSecond' },
  subject: atMost && atMost < orders && !absent ? `${subject} (${atMost} orders)` : subject,
  figures: mediansOf(rounds),
  ...(absent === undefined ? {} : { absent }),
});
