import { byTask, type Figures, mainFigure, type Row, timesAsGood } from './rows.ts';

const columns: { title: string; of: keyof Figures; digits: number }[] = [
  { title: 'CPU µs', of: 'cpu', digits: 0 },
  { title: 'per second', of: 'perSecond', digits: 0 },
  { title: 'p50 ms', of: 'p50', digits: 1 },
  { title: 'p99 ms', of: 'p99', digits: 1 },
  { title: 'memory MB', of: 'memory', digits: 0 },
];

/** All rows as text; the last column says how many times as good ours is. */
export function tableOf(rows: readonly Row[]): string {
  const head = line('', [...columns.map(({ title }) => title), 'ours is']);
  return byTask(rows)
    .flatMap((group) => [
      '',
      `${group[0]?.benchmark}: ${group[0]?.task}`,
      head,
      ...group.map((row) => rowOf(row, group)),
    ])
    .join('\n');
}

function rowOf({ subject, role, figures, absent }: Row, group: Row[]): string {
  if (absent !== undefined) return line(subject, [`left out: ${absent}`]);
  const cells = columns.map(({ of, digits }) => figures[of]?.toFixed(digits) ?? '');
  const own = group.find((row) => row.role === 'ours')?.figures;
  const times = own && timesAsGood(mainFigure(group), own, figures);
  return line(subject, [...cells, role === 'ours' || !times ? '' : `${times.toFixed(2)} x`]);
}

const line = (first: string, cells: string[]) =>
  `  ${first.padEnd(32)}${cells.map((cell) => cell.padStart(12)).join('')}`;
