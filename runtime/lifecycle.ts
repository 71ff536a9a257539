import { setTimeout as delay } from 'node:timers/promises';
import { leave } from './leaving.ts';
import type { Log } from './log.ts';
import { SettingsError, StartRefused } from './settings.ts';

/** Stops what was started. Work under way finishes first. */
export type Stop = () => Promise<void>;

/**
 * Stops what was started, in the reverse order. In the words of the language's own
 * `AsyncDisposableStack`, which Node 20 does not have yet.
 */
export class DisposableStack {
  readonly #stops: Stop[] = [];

  /** Stops `started` when the stack is disposed of, and returns it. */
  use<Started extends { stop: Stop }>(started: Started): Started {
    this.#stops.push(started.stop);
    return started;
  }

  /** Calls `stop` when the stack is disposed of. */
  defer(stop: Stop): void {
    this.#stops.push(stop);
  }

  /** Stops everything, even if some of it fails. @throws AggregateError with the failures */
  dispose: Stop = async () => {
    const failures: unknown[] = [];
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      await stop().catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'could not stop everything');
  };
}

/** Starts several things as one. If `start` fails, whatever it has started is stopped again. */
export async function startWithStack<T>(
  start: (stack: DisposableStack) => Promise<T>,
): Promise<T & { stop: Stop }> {
  const stack = new DisposableStack();
  try {
    const started = await start(stack);
    return { ...started, stop: stack.dispose };
  } catch (error) {
    await stack.dispose().catch(() => {});
    throw error;
  }
}

/**
 * Runs a process until SIGTERM or SIGINT stops it. After SIGTERM it is no longer ready and serves on
 * for a while, so that load balancers leave it before it closes. Work under way finishes first; a
 * second signal ends it at once. If it cannot start for a reason that the person who starts it can change, it
 * prints that reason in one line and exits with 1.
 */
export async function runProcess(
  start: () => Promise<{ url?: string; stop: Stop; log: Log; leaveMs?: number }>,
): Promise<void> {
  try {
    const { url, stop, log, leaveMs = 0 } = await start();
    if (url) log.info({ url }, 'listening');
    let stopping = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, 'stopping');
      const waitMs = signal === 'SIGTERM' ? leaveMs : 0;
      leave();
      delay(waitMs)
        .then(stop)
        .then(
          () => process.exit(0),
          (error) => {
            log.error({ err: error }, 'did not stop cleanly');
            process.exit(1);
          },
        );
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  } catch (error) {
    console.error(isForWhoStartsUs(error) ? error.message : error);
    process.exit(1);
  }
}

const outside = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'];

/**
 * Whether the person who starts the process can solve the problem. If so, the message is enough.
 */
const isForWhoStartsUs = (error: unknown): error is Error =>
  error instanceof Error &&
  (error instanceof SettingsError ||
    error instanceof StartRefused ||
    outside.includes((error as NodeJS.ErrnoException).code ?? '') ||
    error.name === 'MongoServerSelectionError');
