import { type Figures, type Row, timesAsGood } from './rows.ts';

/**
 * What a figure of ours is to reach, by itself or as times as good as another subject's; where several
 * rows of a task are ours, the worst of them.
 */
type Goal = {
  benchmark: string;
  /** What the task begins with. */
  task: string;
  figure: keyof Figures;
  beside?: string;
  atLeast?: number;
  atMost?: number;
};

const requests = { benchmark: 'gateway', figure: 'cpu' } as const;
const events = { benchmark: 'subscriptions', figure: 'cpu' } as const;
const sameOrder = 'an event to 1000 subscribers of one order';
const closing = { benchmark: 'closing' } as const;
const attack = { benchmark: 'attack' } as const;
const twoSchedulers = (orders: number) =>
  `${orders} orders due at once, two schedulers, until 1000 subscribers know`;

const goals: Goal[] = [
  ...['Q1', 'Q2', 'Q3'].flatMap((task) => [
    { ...requests, task, beside: 'by hand', atLeast: 1 / 1.4 },
    { ...requests, task, beside: '@apollo/gateway', atLeast: 9 },
    { ...requests, task, beside: 'Mercurius with JIT', atLeast: 1 },
  ]),
  { ...events, task: sameOrder, beside: 'raw loop', atLeast: 1 / 1.2 },
  { ...events, task: sameOrder, beside: 'Hive Gateway', atLeast: 20 },
  { ...events, task: 'an event to 1000 subscribers of as', figure: 'perSecond', atLeast: 10_000 },
  { benchmark: 'reconnect', task: '10000 sockets', figure: 'memory', atMost: 500 },
  { benchmark: 'reconnect', task: '10000 come back', figure: 'p99', atMost: 5_000 },
  { benchmark: 'orders', task: '', figure: 'perSecond', beside: 'the transaction', atLeast: 0.7 },
  { ...closing, task: '10000 orders due', figure: 'perSecond', beside: 'asynq', atLeast: 5 },
  { ...closing, task: twoSchedulers(10_000), figure: 'p99', atMost: 1_000 },
  { ...closing, task: twoSchedulers(50_000), figure: 'p99', atMost: 2_000 },
  { ...closing, task: '200 orders due each second', figure: 'p99', atMost: 50 },
  { ...closing, task: 'placing', figure: 'perSecond', beside: 'while none', atLeast: 0.9 },
  { ...attack, task: 'an honest client beside 16 attackers', figure: 'times', atMost: 2 },
  { ...attack, task: 'an honest client beside 16 attackers', figure: 'closing', atMost: 1_000 },
  { ...attack, task: 'an honest client beside 16 who', figure: 'times', atMost: 2 },
];

/** A line for each goal that these rows say something about. */
export const goalsOf = (rows: readonly Row[]): string[] =>
  goals.flatMap((goal) => lineOf(goal, rows) ?? []);

function lineOf(goal: Goal, rows: readonly Row[]): string | undefined {
  const { benchmark, task, figure, beside, atLeast, atMost } = goal;
  const group = rows.filter((row) => row.benchmark === benchmark && row.task.startsWith(task));
  const own = group
    .filter(({ role, figures }) => role === 'ours' && figures[figure] !== undefined)
    .toSorted((a, b) => (a.figures[figure] ?? 0) - (b.figures[figure] ?? 0));
  const ours = atMost === undefined ? own[0] : own.at(-1);
  const other = group.find(({ subject }) => beside && subject.startsWith(beside));
  if (!ours?.figures[figure] || (beside && !other?.figures[figure])) return undefined;
  const value = other ? timesAsGood(figure, ours.figures, other.figures) : ours.figures[figure];
  const isReached = value >= (atLeast ?? 0) && value <= (atMost ?? Number.POSITIVE_INFINITY);
  const bound = atLeast === undefined ? `at most ${short(atMost)}` : `at least ${short(atLeast)}`;
  const is = `${short(value)} ${other ? `times as good as ${other.subject}` : names[figure]}`;
  const bounds = own.length > 1 ? `${bound} for each of ${own.length}` : bound;
  const what = own.length > 1 ? `${ours.task}, ${ours.subject}` : ours.task;
  return `  ${isReached ? 'reached' : 'missed '}  ${benchmark}, ${what}: ${is} (${bounds})`;
}

const names: Partial<Record<keyof Figures, string>> = {
  memory: 'MB',
  p99: 'ms (p99)',
  perSecond: 'a second',
  times: 'times the quiet p99',
  closing: 'ms late (p99)',
};

const short = (value = 0) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
