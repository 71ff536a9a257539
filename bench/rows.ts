/** What was measured of one subject in one case, as a row of the table. */
export type Row = {
  benchmark: string;
  /** What was done, the same for all who are compared. */
  task: string;
  subject: string;
  /** Ours, something to compare with, or the least that anything could cost. */
  role: 'ours' | 'peer' | 'floor';
  /** What subjects are compared by, where that is not the CPU. */
  by?: keyof Figures;
  /** Medians over the rounds. */
  figures: Figures;
  /** Why there are no figures, where that is so. */
  absent?: string;
};

export type Figures = {
  /** CPU of the measured process for one, in microseconds. */
  cpu?: number;
  perSecond?: number;
  /** Milliseconds. */
  p50?: number;
  p99?: number;
  /** How late the event loop of the measured process is: the p99 in milliseconds. */
  loop?: number;
  /** How long the measured process took to answer what it had read: the p99 in milliseconds. */
  inside?: number;
  /** The same without the time in which it waited for a processor. */
  running?: number;
  /** How much CPU it used meanwhile, also for others: the p99 in milliseconds. */
  work?: number;
  /** How many times as much that is as while nobody attacks. */
  workTimes?: number;
  /** What share of a processor the measured process used, and the attackers, in percent. */
  busy?: number;
  attackers?: number;
  /** How late the client itself was, which its times contain: the p99 in milliseconds. */
  late?: number;
  /** The p99 while nobody attacks, in milliseconds, and how many times as long it is beside that. */
  quiet?: number;
  times?: number;
  /** The least and the most of `times` over the rounds. */
  least?: number;
  most?: number;
  /** How late orders close that are due meanwhile: the p99 in milliseconds. */
  closing?: number;
  /** Resident memory of the measured process, in megabytes. */
  memory?: number;
  /** Kilobytes that went over the wire. */
  kB?: number;
  requests?: number;
  /** Documents that the database looked at. */
  documents?: number;
};

/** Why a subject is left out, in one line that names no path of this machine. */
export function whyAbsent(error: Error & { code?: unknown; cmd?: string }): string {
  if (error.cmd !== undefined) return `its program ended with code ${error.code}`;
  const [line = ''] = error.message.split('\n', 1);
  return line.replace(/(^|[\s'"`(=])\/[^\s'"`)]+/g, '$1…').slice(0, 100);
}

export type BenchOptions = {
  /** Fewer and shorter rounds. */
  quick: boolean;
  /** A commit to compare with. */
  against?: string | undefined;
  /** What else was given, for a benchmark of its own. */
  rest: string[];
};

export type Benchmark = (options: BenchOptions) => Promise<Row[]>;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The median of some times, and what all but one in a hundred stay below. */
export const spreadOf = (times: readonly number[]): { p50: number; p99: number } => ({
  p50: median(times),
  p99: quantile(times, 0.99),
});

/** The median of each figure over several rounds. */
export function mediansOf(rounds: readonly Figures[]): Figures {
  const names = new Set(rounds.flatMap((round) => Object.keys(round) as (keyof Figures)[]));
  return Object.fromEntries(
    Array.from(names, (name) => [name, median(rounds.flatMap((round) => round[name] ?? []))]),
  );
}

/** What subjects are compared by: CPU where it was measured, for it holds on a busy machine. */
export const mainFigure = (rows: readonly Row[]): keyof Figures =>
  rows[0]?.by ??
  (['cpu', 'perSecond', 'p50'] as const).find((name) =>
    rows.every(({ figures, absent }) => absent !== undefined || figures[name] !== undefined),
  ) ??
  'p50';

/** How many times as good as a subject ours is, by a figure. */
export function timesAsGood(figure: keyof Figures, ours: Figures, theirs: Figures): number {
  const [a, b] = [ours[figure] ?? Number.NaN, theirs[figure] ?? Number.NaN];
  return figure === 'perSecond' ? a / b : b / a;
}

/** The rows by benchmark and task, in order. */
export function byTask(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.benchmark} ${row.task}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}
