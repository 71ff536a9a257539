import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCLI } from 'jest';
import type { MutatedFile } from './transform.ts';

/** What a worker is told: the tests to run, and the file that they see changed (none: as it is). */
export type Run = { tests: string[]; mutated?: MutatedFile };
export type RunResult = { passed: number; failed: number };

const root = process.cwd();

/**
 * The first test is the one beside the source, which kills most mutants: the others run only if it
 * does not.
 */
async function run({ tests: [first = '', ...others], mutated }: Run): Promise<RunResult> {
  const one = await runTests([first], mutated);
  if (one.failed > 0 || others.length === 0) return one;
  const rest = await runTests(others, mutated);
  return { passed: one.passed + rest.passed, failed: rest.failed };
}

async function runTests(tests: string[], mutated?: MutatedFile): Promise<RunResult> {
  const config = {
    rootDir: root,
    testEnvironment: 'node',
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': join(root, 'testing/mutants/transform.ts') },
    cacheDirectory: join(tmpdir(), 'homestay-mutants'),
    modulePathIgnorePatterns: ['<rootDir>/data/'],
    testTimeout: 5_000,
    globals: mutated ? { mutated } : {},
  };
  const { results } = await runCLI(
    {
      _: tests,
      $0: '',
      config: JSON.stringify(config),
      runTestsByPath: true,
      runInBand: true,
      silent: true,
      reporters: [],
      watchman: false,
      passWithNoTests: true,
    } as never,
    [root],
  );
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return { passed: results.numPassedTests, failed };
}

process.on('message', (message: Run) => {
  run(message).then(
    (result) => process.send?.(result),
    () => process.send?.({ passed: 0, failed: 1 }),
  );
});
