import type { Log } from './log.ts';
import { SettingsError, StartRefused } from './settings.ts';

/** Ends what was started; what is under way finishes first. */
export type Stop = () => Promise<void>;

/** Collects the stops of what was started, and ends them in the reverse order. One that fails keeps none from ending. */
export class Stack {
  readonly #stops: Stop[] = [];

  add(stop: Stop): void {
    this.#stops.push(stop);
  }

  stop: Stop = async () => {
    const failures: unknown[] = [];
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      await stop().catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'could not stop everything');
  };
}

/** Starts with a stack; if starting fails half way, what was already started is stopped again. */
export async function starting<T>(
  start: (stack: Stack) => Promise<T>,
): Promise<T & { stop: Stop }> {
  const stack = new Stack();
  try {
    const started = await start(stack);
    return { ...started, stop: stack.stop };
  } catch (error) {
    await stack.stop().catch(() => {});
    throw error;
  }
}

/**
 * Runs a process: start, then stop on SIGTERM or SIGINT with work under way finished; a second signal ends it at once.
 * What keeps it from starting and whoever starts it can put right is said in a line on standard error; it then ends with 1.
 */
export async function runProcess(
  start: () => Promise<{ url?: string; stop: Stop; log: Log }>,
): Promise<void> {
  try {
    const { url, stop, log } = await start();
    if (url) log.info({ url }, 'listening');
    let stopping = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, 'stopping');
      stop().then(
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

/** Whether an error at start is one that the person who starts the process can put right: its message will do. */
const isForWhoStartsUs = (error: unknown): error is Error =>
  error instanceof Error &&
  (error instanceof SettingsError ||
    error instanceof StartRefused ||
    outside.includes((error as NodeJS.ErrnoException).code ?? '') ||
    error.name === 'MongoServerSelectionError');
