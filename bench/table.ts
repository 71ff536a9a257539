import { units } from './chart.ts';
import { goalsOf } from './goals.ts';
import type { Result } from './record.ts';
import { byTask, type Figures, mainFigure, type Row, timesAsGood } from './rows.ts';

const columns: { title: string; of: keyof Figures; digits: number }[] = [
  { title: 'CPU µs', of: 'cpu', digits: 0 },
  { title: 'per second', of: 'perSecond', digits: 0 },
  { title: 'p50 ms', of: 'p50', digits: 1 },
  { title: 'p99 ms', of: 'p99', digits: 1 },
  { title: 'quiet p99', of: 'quiet', digits: 1 },
  { title: 'times', of: 'times', digits: 2 },
  { title: 'from', of: 'least', digits: 1 },
  { title: 'to', of: 'most', digits: 1 },
  { title: 'closing ms', of: 'closing', digits: 0 },
  { title: 'loop p99 ms', of: 'loop', digits: 1 },
  { title: 'inside p99', of: 'inside', digits: 1 },
  { title: 'not waiting', of: 'running', digits: 1 },
  { title: 'CPU in it', of: 'work', digits: 1 },
  { title: 'times CPU', of: 'workTimes', digits: 2 },
  { title: 'client late', of: 'late', digits: 1 },
  { title: 'busy %', of: 'busy', digits: 0 },
  { title: 'attackers %', of: 'attackers', digits: 0 },
  { title: 'memory MB', of: 'memory', digits: 0 },
  { title: 'kB', of: 'kB', digits: 1 },
  { title: 'requests', of: 'requests', digits: 0 },
  { title: 'documents', of: 'documents', digits: 0 },
];

/** All that a run found, as text for somebody who has seen none before. */
export function reportOf({ rows, took, quick, ...where }: Result): string {
  const goals = goalsOf(rows);
  return [
    `\n${where.machine} · ${where.date} · commit ${where.commit}${quick ? ' · quick' : ''}`,
    ...byTask(rows).flatMap(linesOf),
    ...['', ...legendOf(rows)],
    ...(goals.length > 0 ? ['', 'Goals:', ...goals] : []),
    `\n${tookOf(took)}`,
  ].join('\n');
}

const legendOf = (rows: readonly Row[]): string[] => [
  'How to read it: a block is one task, a line is who did it, a figure the median of its rounds.',
  '"ours" is this project; "(floor)" is the least that the task could cost. "ours is 2.00 x" says',
  'that ours is twice as good as that line by the column with the star; 0.50 x: half as good.',
  ...columns
    .filter(({ of }) => rows.some(({ figures }) => of in figures))
    .map(({ title, of }) => `  ${title.padEnd(13)} ${units[of]}`),
];

function tookOf(took: Record<string, number>): string {
  const each = Object.entries(took).map(([name, seconds]) => `${name} ${seconds.toFixed(0)}`);
  const all = Object.values(took).reduce((sum, seconds) => sum + seconds, 0);
  return `It took ${Math.floor(all / 60)} min ${Math.floor(all % 60)} s; in seconds: ${each.join(', ')}`;
}

function linesOf(group: Row[]): string[] {
  const title = ['', `${group[0]?.benchmark}: ${group[0]?.task}`];
  const measured = columns.filter(({ of }) => group.some(({ figures }) => of in figures));
  const main = mainFigure(group);
  const isCompared = group.some(({ role, absent }) => role !== 'ours' && absent === undefined);
  const titles = measured.map(({ title, of }) =>
    isCompared && of === main ? `${title} *` : title,
  );
  const width = Math.max(34, ...group.map((row) => nameOf(row).length));
  const line = (name: string, cells: string[]) =>
    `  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(13)).join('')}`.trimEnd();
  const head = line('', [...titles, isCompared ? 'ours is' : '']);
  const lines = group.map((row) =>
    row.absent === undefined
      ? line(nameOf(row), cellsOf(row, group, measured))
      : `  ${nameOf(row).padEnd(width)}  left out: ${row.absent}`,
  );
  return [...title, ...(measured.length > 0 ? [head] : []), ...lines];
}

const nameOf = ({ subject, role }: Row) => (role === 'floor' ? `${subject} (floor)` : subject);

function cellsOf({ role, figures }: Row, group: Row[], measured: typeof columns): string[] {
  const cells = measured.map(({ of, digits }) => figures[of]?.toFixed(digits) ?? '');
  const own = group.find((row) => row.role === 'ours')?.figures;
  const times = own && timesAsGood(mainFigure(group), own, figures);
  return [...cells, role === 'ours' || !times ? '' : `${times.toFixed(2)} x`];
}
