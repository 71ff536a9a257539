import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lineOf, type Mutant, mutantsOf } from './mutants-of.ts';
import { runAll } from './pool.ts';
import { sourcesOf, unitTestsOf } from './unit-tests.ts';

const usage = `npm run mutants -- FOLDER_OR_FILE… [--at-least PERCENT] [--sample N] [--at-once N]

Changes the sources in small ways, one at a time, and runs the unit tests that reach them. A change that no test notices
survives: it shows what no unit test tries. --sample N tries each n-th change.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'at-least': { type: 'string', default: '0' },
    sample: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '2' },
  },
});
if (values.help || positionals.length === 0) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

type Case = { file: string; source: string; mutant: Mutant; tests: string[]; killed?: boolean };

/** Every mutant of these paths, or each n-th, with the tests that may notice it. */
const cases: Case[] = positionals
  .flatMap((path) => {
    const testsOf = unitTestsOf(path.split('/').slice(0, 2).join('/'));
    return sourcesOf(path).flatMap((file) => {
      const source = readFileSync(file, 'utf8');
      const tests = testsOf(file);
      return mutantsOf(source).map((mutant) => ({ file, source, mutant, tests }));
    });
  })
  .filter((_, index) => index % Number(values.sample) === 0);

// A run that takes many times as long as without a mutant hangs. A machine that is busy with other
// work makes both slow.
const timesItsOwn = 10;
const shortestLimitMs = 5_000;
const longestOwnMs = 600_000;

const tried = cases.filter((one) => one.tests.length > 0);
const sets = [...new Map(tried.map(({ tests }) => [tests.join(), tests])).values()];
/** How long a run of each set of tests may take. */
const limits = new Map<string, number>();
const unmutated = sets.map((tests) => ({ tests, longestMs: longestOwnMs }));
await runAll(unmutated, 1, (index, outcome, ms) => {
  limits.set(String(sets[index]), Math.max(shortestLimitMs, timesItsOwn * ms));
  if (outcome !== 'timeout' && outcome.failed === 0) return;
  console.error('The unit tests fail without any mutant.', outcome);
  process.exit(1);
});

const runs = tried.map(({ file, mutant, tests }) => ({
  tests,
  mutated: { path: join(process.cwd(), file), mutant },
  longestMs: limits.get(String(tests)) as number,
}));
const tell = ({ file, source, mutant }: Case): void =>
  console.log(`survives  ${file}:${lineOf(source, mutant)}  ${mutant.kind}`);
for (const one of cases) if (one.tests.length === 0) tell(one);
let hung = 0;
let ended = 0;
// A run that is broken off has told what it found.
await runAll(runs, Number(values['at-once']), (index, outcome) => {
  const one = tried[index] as Case;
  if (outcome === 'timeout') hung += 1;
  one.killed = outcome === 'timeout' || outcome.failed > 0;
  if (!one.killed) tell(one);
  ended += 1;
  if (ended % 100 === 0) console.error(`${ended} of ${runs.length} tried`);
});

const killed = cases.filter((one) => one.killed).length;
const score = (100 * killed) / cases.length;
console.log(`${killed} of ${cases.length} mutants killed by unit tests: ${score.toFixed(1)} %`);
if (hung > 0) console.log(`${hung} of them hung, or ended the process.`);
process.exit(score >= Number(values['at-least']) ? 0 : 1);
