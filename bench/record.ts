import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartOf } from './chart.ts';
import type { Row } from './rows.ts';

const folderIn = (path: string) => fileURLToPath(new URL(`../${path}/`, import.meta.url));

/** The machine, the day and the commit of a measurement. */
export type Where = { machine: string; date: string; commit: string };

export type Result = Where & {
  quick: boolean;
  /** How many seconds each benchmark took. */
  took: Record<string, number>;
  rows: readonly Row[];
};

export const where = (): Where => ({
  machine: machine(),
  date: new Date().toISOString().slice(0, 10),
  commit: commit(),
});

/**
 * Writes what was measured as JSON and as a chart.
 * @param write where the README shows it; else only into `data/`
 * @returns the files
 */
export function record(result: Result, write: boolean): string[] {
  const folder = folderIn(write ? 'docs/measurements' : 'data/bench');
  mkdirSync(folder, { recursive: true });
  const files = { 'bench.json': jsonOf(result), 'bench.svg': chartOf(result.rows, result) };
  return Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
}

const jsonOf = (value: unknown) =>
  `${JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(4)) : one), 2)}\n`;

function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores of ${first?.model.trim()}, ${memory} GiB, Node ${process.version}`;
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'no commit';
  }
}
