import type { Finding } from './report.ts';

/** A committed file that is generated from the sources. */
export type GeneratedFile = {
  /** From the project's root. */
  file: string;
  /** The command that writes it. */
  command: string;
  /** What it holds; undefined where it is missing. */
  actual: string | undefined;
  /** What the sources give. */
  expected: string;
};

/** Finds generated files that are not what the sources give, and says which command mends them. */
export const drift = (files: readonly GeneratedFile[]): Finding[] =>
  files.flatMap(({ file, command, actual, expected }) => {
    if (actual === expected) return [];
    return {
      check: 'drift',
      severity: 'error',
      rule: actual === undefined ? 'missing' : 'out-of-date',
      message:
        actual === undefined ? `${file} is missing.` : `${file} is not what its sources give.`,
      advice: `Run \`${command}\` and commit what it writes.`,
      places:
        actual === undefined ? [] : [{ file, line: firstDifference(actual, expected), column: 1 }],
    };
  });

function firstDifference(actual: string, expected: string): number {
  const [a, b] = [actual.split('\n'), expected.split('\n')];
  const line = a.findIndex((text, index) => text !== b[index]);
  return line < 0 ? a.length : line + 1;
}
