import { Worker } from 'node:worker_threads';
import type { Stop } from './lifecycle.ts';
import type { Log } from './log.ts';

/** A thread that answers questions one after the other, in a program that calls `answerInThread`. */
export type Thread<Question, Answer> = {
  /**
   * @returns undefined while it starts, which the first question begins. One that comes after it
   *   died at its work waits for the next start: where a question kills threads, it must not be
   *   answered in this one.
   * @throws what its program throws, ThreadDied, or TookTooLong
   */
  ask(question: Question): Promise<Answer> | undefined;
  /** Tells it something before it is asked anything else, where it runs; `given` holds it too. */
  tell(question: Question): void;
  /** Ends it at once. Who waits for an answer is told that it has died. */
  stop: Stop;
};

export class ThreadDied extends Error {
  override name = 'ThreadDied';
}
export class TookTooLong extends Error {
  override name = 'TookTooLong';
}

export type ThreadOptions = {
  /** The module of its program, with the extension of the module that starts it. */
  program: URL;
  /** What the program is given when it starts, as it is then. */
  given: () => unknown;
  /** A thread that takes longer for an answer is ended, for it answers nobody else meanwhile. */
  timeoutMs: number;
  log: Log;
};

/** What a thread says: that it is ready, or the answer to a question by its number. */
export type Said = { number: number; answer?: unknown; error?: unknown } | 'ready';

type Waiting = { resolve(answer: unknown): void; reject(error: unknown): void; begin(): void };
type Running = { worker: Worker; waiting: Map<number, Waiting>; isReady: boolean };

/** One that cannot even start is not tried again with each question. */
const startAgainAfterMs = 5_000;

export function openThread<Question, Answer>(options: ThreadOptions): Thread<Question, Answer> {
  const { program, given, timeoutMs, log } = options;
  let running: Running | undefined;
  let startFailedAt = Number.NEGATIVE_INFINITY;
  let hasDiedAtWork = false;
  let isStopped = false;
  let asked = 0;

  const start = (): void => {
    const worker = startWorker(program, given());
    const one: Running = { worker, waiting: new Map(), isReady: false };
    const { waiting } = one;
    running = one;
    // It keeps no process running.
    worker.unref();
    worker.on('message', (said: Said) => {
      if (said === 'ready') {
        one.isReady = true;
        for (const { begin } of waiting.values()) begin();
        return;
      }
      const { number, answer, error } = said;
      const waits = waiting.get(number);
      waiting.delete(number);
      if (error === undefined) waits?.resolve(answer);
      else waits?.reject(error);
    });
    worker.on('error', (error) => log.error({ err: error }, 'a thread failed'));
    worker.on('exit', () => {
      if (running === one) running = undefined;
      if (!one.isReady) startFailedAt = performance.now();
      if (waiting.size > 0) hasDiedAtWork = true;
      for (const { reject } of waiting.values()) reject(new ThreadDied('the thread has died'));
      waiting.clear();
    });
  };

  /** Ends one that is of no use any more; the next question starts another. */
  const end = async (one: Running): Promise<void> => {
    if (running === one) running = undefined;
    await one.worker.terminate();
  };

  const answerOf = (one: Running, question: Question): Promise<Answer> =>
    new Promise((resolve, reject) => {
      asked += 1;
      const number = asked;
      let late: NodeJS.Timeout | undefined;
      const waits: Waiting = {
        begin() {
          late = setTimeout(() => {
            one.waiting.delete(number);
            hasDiedAtWork = true;
            void end(one);
            reject(new TookTooLong(`the thread has not answered in ${timeoutMs} ms`));
          }, timeoutMs);
        },
        resolve(answer) {
          clearTimeout(late);
          resolve(answer as Answer);
        },
        reject(error) {
          clearTimeout(late);
          reject(error);
        },
      };
      one.waiting.set(number, waits);
      if (one.isReady) waits.begin();
      one.worker.postMessage({ number, question });
    });

  return {
    ask(question) {
      if (isStopped) return undefined;
      if (!running && performance.now() - startFailedAt > startAgainAfterMs) start();
      if (!running || !(running.isReady || hasDiedAtWork)) return undefined;
      return answerOf(running, question);
    },
    tell(question) {
      const told = running;
      if (!told) return;
      answerOf(told, question).catch((error) => {
        log.error({ err: error }, 'a thread that could not be told something is ended');
        void end(told);
      });
    },
    async stop() {
      isStopped = true;
      if (running) await end(running);
    },
  };
}

/** Node 20 loads TypeScript in a thread only where the thread itself asks for that. */
function startWorker(program: URL, workerData: unknown): Worker {
  // What this process was given by `--import` is for its main thread.
  const options = { workerData, execArgv: [] };
  if (!program.pathname.endsWith('.ts')) return new Worker(program, options);
  const tsx = import.meta.resolve('tsx/esm/api');
  const load = `import(${JSON.stringify(tsx)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(program.href)});
  })`;
  return new Worker(load, { ...options, eval: true });
}
