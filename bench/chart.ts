import { byTask, type Figures, mainFigure, type Row } from './rows.ts';

/** What each figure is. */
export const units: Record<keyof Figures, string> = {
  cpu: 'µs of CPU of the measured process for one',
  perSecond: 'how many a second',
  p50: 'ms, median',
  p99: 'ms, 99th percentile',
  loop: 'ms, 99th percentile of the event loop',
  busy: '% of a processor',
  attackers: '% of a processor by those who attack',
  inside: 'ms inside, 99th percentile',
  running: 'ms inside but for waiting for a processor, 99th percentile',
  work: 'ms of CPU meanwhile, 99th percentile',
  workTimes: 'times as much CPU as while nobody attacks',
  late: 'ms, 99th percentile of how late the client was',
  quiet: 'ms, 99th percentile while nobody attacks',
  times: 'times as long as while nobody attacks',
  least: 'times as long, at least',
  most: 'times as long, at most',
  closing: 'ms that orders close late, 99th percentile',
  memory: 'MB of memory of the measured process',
  kB: 'kB over the wire',
  requests: 'how many requests',
  documents: 'how many documents the database looked at',
};
const colours: Record<Row['role'], string> = { ours: '#1f7a5c', peer: '#9aa5b1', floor: '#d9a441' };
const size = { width: 860, left: 220, right: 110, bar: 16, gap: 5, title: 34, head: 40 };

/** Bars, one group for each task, as an SVG document that needs nothing else. */
export function chartOf(
  rows: readonly Row[],
  { machine, date, commit }: { machine: string; date: string; commit: string },
): string {
  let y = size.head;
  const drawn: string[] = [];
  for (const group of byTask(rows.filter(({ absent }) => absent === undefined))) {
    const figure = mainFigure(group);
    const title = `${group[0]?.benchmark}: ${group[0]?.task} (${units[figure]})`;
    drawn.push(text(12, y + 20, title, 'font-weight="600"'));
    y += size.title;
    const most = Math.max(...group.map(({ figures }) => figures[figure] ?? 0));
    for (const row of group) {
      drawn.push(bar(row, row.figures[figure] ?? 0, most, y));
      y += size.bar + size.gap;
    }
  }
  const about = `${machine} · ${date} · ${commit}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${y + 16}" font-family="system-ui, sans-serif" font-size="13" fill="#1b2733">
<title>What is measured beside peers</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${text(12, 24, about, 'fill="#5b6875"')}
${drawn.join('\n')}
</svg>
`;
}

function bar({ subject, role }: Row, value: number, most: number, y: number): string {
  const width = Math.max(1, ((size.width - size.left - size.right) * value) / (most || 1));
  const middle = y + size.bar - 3;
  return [
    text(size.left - 8, middle, subject, 'text-anchor="end"'),
    `<rect x="${size.left}" y="${y}" width="${width.toFixed(1)}" height="${size.bar}" rx="2" fill="${colours[role]}"/>`,
    text(size.left + width + 6, middle, short(value)),
  ].join('');
}

const short = (value: number) => Number(value.toPrecision(3)).toLocaleString('en');

const text = (x: number, y: number, what: string, more = '') =>
  `<text x="${x.toFixed(0)}" y="${y.toFixed(0)}" ${more}>${escaped(what)}</text>`;

const escaped = (what: string) =>
  what.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] as string);
