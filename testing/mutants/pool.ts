import { type ChildProcess, fork } from 'node:child_process';
import type { Run, RunResult } from './worker.ts';

const worker = new URL('./worker.ts', import.meta.url);
// What jest keeps of each run is never freed, so a worker is replaced after some.
const runsOfOneWorker = 40;

/**
 * How a run of tests ended. One that hangs in a loop, or ends its process, does not pass a test
 * either.
 */
export type Outcome = RunResult | 'timeout';

const startWorker = (): ChildProcess =>
  fork(worker, {
    execArgv: [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      '--import',
      'tsx',
    ],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });

const ask = (process: ChildProcess, run: Run): Promise<Outcome> =>
  new Promise((resolve) => {
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      process.removeAllListeners();
      resolve(outcome);
    };
    const timer = setTimeout(() => end('timeout'), run.longestMs);
    process.once('message', end);
    process.once('exit', () => end('timeout'));
    process.send(run);
  });

/** Is told of the outcome of a run, and how long it took. */
type OnOutcome = (index: number, outcome: Outcome, ms: number) => void;

/**
 * Runs everything, `atOnce` beside each other, each in a process that a mutant may block or break.
 */
export async function runAll(
  runs: readonly Run[],
  atOnce: number,
  onOutcome: OnOutcome,
): Promise<void> {
  let next = 0;
  const work = async () => {
    let process = startWorker();
    for (let done = 0; next < runs.length; done += 1) {
      if (done === runsOfOneWorker) {
        process.kill('SIGKILL');
        process = startWorker();
        done = 0;
      }
      const index = next++;
      const start = performance.now();
      const outcome = await ask(process, runs[index] as Run);
      if (outcome === 'timeout') {
        process.kill('SIGKILL');
        process = startWorker();
      }
      onOutcome(index, outcome, performance.now() - start);
    }
    process.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
