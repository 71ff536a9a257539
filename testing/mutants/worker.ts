import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCLI } from 'jest';
import type { MutatedFile } from './transform.ts';

/**
 * What a worker is told: the tests to run, the file that they see changed (none: as it is), and
 * how long all of it may take.
 */
export type Run = { tests: string[]; mutated?: MutatedFile; longestMs: number };
export type RunResult = { passed: number; failed: number };

const root = process.cwd();

/**
 * The first test is the one beside the source, which kills most mutants: the others run only if it
 * does not.
 */
async function run({ tests, ...rest }: Run): Promise<RunResult> {
  const [first = '', ...others] = tests;
  const one = await runTests({ ...rest, tests: [first] });
  if (one.failed > 0 || others.length === 0) return one;
  const more = await runTests({ ...rest, tests: others });
  return { passed: one.passed + more.passed, failed: more.failed };
}

async function runTests({ tests, mutated, longestMs }: Run): Promise<RunResult> {
  const config = {
    rootDir: root,
    testEnvironment: 'node',
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': join(root, 'testing/mutants/transform.ts') },
    cacheDirectory: join(tmpdir(), 'homestay-mutants'),
    modulePathIgnorePatterns: ['<rootDir>/data/'],
    // A test that waits for ever fails before the whole run is over.
    testTimeout: longestMs / 2,
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
