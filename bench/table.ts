import { byTask, type Figures, mainFigure, type Row, timesAsGood } from './rows.ts';

const columns: { title: string; of: keyof Figures; digits: number }[] = [
  { title: 'CPU µs', of: 'cpu', digits: 0 },
  { title: 'per second', of: 'perSecond', digits: 0 },
  { title: 'p50 ms', of: 'p50', digits: 1 },
  { title: 'p99 ms', of: 'p99', digits: 1 },
  { title: 'quiet p99', of: 'quiet', digits: 1 },
  { title: 'times', of: 'times', digits: 2 },
  { title: 'closing ms', of: 'closing', digits: 0 },
  { title: 'loop p99 ms', of: 'loop', digits: 1 },
  { title: 'inside p99', of: 'inside', digits: 1 },
  { title: 'CPU in it', of: 'work', digits: 1 },
  { title: 'times CPU', of: 'workTimes', digits: 2 },
  { title: 'client late', of: 'late', digits: 1 },
  { title: 'memory MB', of: 'memory', digits: 0 },
  { title: 'kB', of: 'kB', digits: 1 },
  { title: 'requests', of: 'requests', digits: 0 },
  { title: 'documents', of: 'documents', digits: 0 },
];

/** All rows as text; the last column says how many times as good ours is. */
export function tableOf(rows: readonly Row[]): string {
  return byTask(rows).flatMap(linesOf).join('\n');
}

function linesOf(group: Row[]): string[] {
  const measured = columns.filter(({ of }) => group.some(({ figures }) => of in figures));
  return [
    '',
    `${group[0]?.benchmark}: ${group[0]?.task}`,
    line('', [...measured.map(({ title }) => title), 'ours is']),
    ...group.map((row) => rowOf(row, group, measured)),
  ];
}

function rowOf(
  { subject, role, figures, absent }: Row,
  group: Row[],
  measured: typeof columns,
): string {
  if (absent !== undefined) return line(subject, [`left out: ${absent}`]);
  const cells = measured.map(({ of, digits }) => figures[of]?.toFixed(digits) ?? '');
  const own = group.find((row) => row.role === 'ours')?.figures;
  const times = own && timesAsGood(mainFigure(group), own, figures);
  return line(subject, [...cells, role === 'ours' || !times ? '' : `${times.toFixed(2)} x`]);
}

const line = (first: string, cells: string[]) =>
  `  ${first.padEnd(32)}${cells.map((cell) => cell.padStart(12)).join('')}`;
