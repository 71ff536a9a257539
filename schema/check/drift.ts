import { failed } from './guarded.ts';
import type { Finding } from './report.ts';
import { rules } from './rules.ts';

/** A committed file that is generated from the sources. */
export type GeneratedFile = {
  /** From the project's root. */
  file: string;
  /** The command that writes it. */
  command: string;
  /** What it holds; undefined where it is missing. */
  actual: string | undefined;
  /** Whether it is known to be what the sources give. */
  isSealed?: () => boolean;
  /** Generates what the sources give. */
  expected: () => string | Promise<string>;
};

/** Finds generated files that are not what the sources give, and says which command mends them. */
export async function drift(files: readonly GeneratedFile[]): Promise<Finding[]> {
  return (await Promise.all(files.map(driftOf))).flat();
}

/** One file that cannot be generated hides no other. */
async function driftOf(given: GeneratedFile): Promise<Finding[]> {
  const { file, command, actual, isSealed, expected } = given;
  try {
    if (isSealed?.()) return [];
    const generated = await expected();
    return actual === generated ? [] : [differs({ file, command, actual, generated })];
  } catch (error) {
    return [cannotGenerate(file, error as Error)];
  }
}

type Differing = Pick<GeneratedFile, 'file' | 'command' | 'actual'> & { generated: string };

const differs = ({ file, command, actual, generated }: Differing): Finding => ({
  check: 'drift',
  severity: 'error',
  rule: actual === undefined ? 'missing' : 'out-of-date',
  message: actual === undefined ? `${file} is missing.` : `${file} is not what its sources give.`,
  advice: `Run \`${command}\` and commit what it writes.`,
  places:
    actual === undefined ? [] : [{ file, line: firstDifference(actual, generated), column: 1 }],
});

/** A generator may know what it stopped at, and then says it itself. */
function cannotGenerate(file: string, error: Error): Finding {
  const finding = failed('drift', { file, line: 1, column: 1 }, error);
  if (finding.rule !== 'check-failed') return finding;
  const [message = ''] = error.message.split('\n');
  return {
    ...finding,
    rule: 'cannot-generate',
    advice: rules['cannot-generate']?.mend ?? '',
    message: `${file} cannot be generated: ${message}`,
  };
}

function firstDifference(actual: string, expected: string): number {
  const [a, b] = [actual.split('\n'), expected.split('\n')];
  const line = a.findIndex((text, index) => text !== b[index]);
  return line < 0 ? a.length : line + 1;
}
