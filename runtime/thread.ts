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
  /** A thread that takes longer for one answer is ended: it answers nobody else meanwhile. */
  timeoutMs: number;
  log: Log;
};

/** What a thread says: that it is ready, or the answer to a question by its number. */
export type Said = { number: number; answer?: unknown; error?: unknown } | 'ready';

type Waiting = {
  number: number;
  question: unknown;
  /** Whether a thread that starts later knows it already. */
  isTold: boolean;
  late?: NodeJS.Timeout;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
};
/** The first of those that wait is at work, once it is ready. */
type Running = { worker: Worker; waiting: Waiting[]; isReady: boolean };

/** One that cannot even start is not tried again with each question. */
const startAgainAfterMs = 5_000;

export function openThread<Question, Answer>(options: ThreadOptions): Thread<Question, Answer> {
  const { program, given, timeoutMs, log } = options;
  let running: Running | undefined;
  let startFailedAt = Number.NEGATIVE_INFINITY;
  let hasDiedAtWork = false;
  let isStopped = false;
  let asked = 0;

  const start = (): Running => {
    const worker = startWorker(program, given());
    const one: Running = { worker, waiting: [], isReady: false };
    running = one;
    // It keeps no process running.
    worker.unref();
    worker.on('message', (said: Said) => {
      if (said === 'ready') one.isReady = true;
      else answered(one, said);
      begin(one);
    });
    worker.on('error', (error) => log.error({ err: error }, 'a thread failed'));
    worker.on('exit', () => {
      if (running === one) running = undefined;
      if (!one.isReady) startFailedAt = performance.now();
      const died = () => new ThreadDied('the thread has died');
      if (one.isReady && !isStopped) failed(one, died());
      else
        for (const { late, reject } of one.waiting.splice(0)) {
          clearTimeout(late);
          reject(died());
        }
    });
    return one;
  };

  /** Has it answer the first of those that wait. */
  const begin = (one: Running): void => {
    const [first] = one.waiting;
    if (!first || first.late || !one.isReady) return;
    first.late = setTimeout(() => {
      void end(one);
      failed(one, new TookTooLong(`the thread has not answered in ${timeoutMs} ms`));
    }, timeoutMs);
    const { number, question } = first;
    one.worker.postMessage({ number, question });
  };

  const answered = ({ waiting }: Running, { number, answer, error }: Exclude<Said, 'ready'>) => {
    const [first] = waiting;
    if (first?.number !== number) return;
    waiting.shift();
    clearTimeout(first.late);
    if (error === undefined) first.resolve(answer);
    else first.reject(error);
  };

  /** What was at work ends it. The others have done nothing, and are asked in the next one. */
  const failed = ({ waiting }: Running, error: Error): void => {
    const [first, ...others] = waiting.splice(0);
    if (!first) return;
    hasDiedAtWork = true;
    clearTimeout(first.late);
    first.reject(error);
    if (others.length === 0) return;
    const next = running ?? start();
    for (const one of others)
      if (one.isTold) one.resolve(undefined);
      else next.waiting.push(one);
    begin(next);
  };

  /** Ends one that is of no use any more; the next question starts another. */
  const end = async (one: Running): Promise<void> => {
    if (running === one) running = undefined;
    await one.worker.terminate();
  };

  const answerOf = (one: Running, question: Question, isTold = false): Promise<Answer> =>
    new Promise((resolve, reject) => {
      asked += 1;
      const done = (answer: unknown) => resolve(answer as Answer);
      one.waiting.push({ number: asked, question, isTold, resolve: done, reject });
      begin(one);
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
      answerOf(told, question, true).catch((error) => {
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
