import { setTimeout as delay } from 'node:timers/promises';
import { type ChangeStream, type ChangeStreamOptions, MongoServerError } from 'mongodb';
import { backoff } from './backoff.ts';
import type { Log } from './log.ts';

/** Where to start reading: after a resume token, or at the present when there is none. */
export type StartAt = { token: unknown };

/** What one follower of a change stream does. */
export type ChangeFollower<Change> = {
  /**
   * Says where to start, before each opening. `'later'`: another process follows now, ask again in
   * a second.
   */
  start(): StartAt | 'later' | Promise<StartAt | 'later'>;
  watch(options: ChangeStreamOptions): ChangeStream<never, never>;
  /**
   * The stream is open on the server. Without a token, changes before this moment may have been
   * missed.
   */
  onOpen(at: StartAt): void | Promise<void>;
  /**
   * Takes each answer of the server, with the token to resume after it. `null` means that nothing
   * changed for a while.
   * @returns false to close the stream and start again
   */
  onAnswer(change: Change | null, token: unknown): boolean | Promise<boolean>;
  /** The server no longer knows the token. */
  onTokenLost(): void | Promise<void>;
};

// The server holds a getMore this long when nothing changes. A stop may take as long.
const maxAwaitMs = 250;
const askAgainMs = 1_000;

/** ChangeStreamHistoryLost, ChangeStreamFatalError, InvalidResumeToken, CappedPositionLost. */
const tokenLostCodes = new Set<unknown>([286, 280, 260, 136]);

export type FollowOptions = {
  signal: AbortSignal;
  log: Log;
  onError?: (error: unknown) => void;
  /** Called for each answer of the server, also if it says that nothing has changed. */
  onAlive?: (() => void) | undefined;
};

/**
 * Reads a change stream until `signal` aborts. After an error it opens again, from the last token
 * if the server still knows it.
 */
export async function followChangeStream<Change>(
  follower: ChangeFollower<Change>,
  { signal, log, onError, onAlive }: FollowOptions,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    let opened = false;
    const onOpened = () => {
      opened = true;
      failures = 0;
    };
    try {
      if ((await readOnce(follower, { signal, onOpened, onAlive })) === 'later')
        await delay(askAgainMs, undefined, { signal }).catch(() => {});
    } catch (error) {
      if (signal.aborted) return;
      onError?.(error);
      failures += 1;
      log.warn({ err: error, failures }, 'the change stream broke; it opens again');
      if (isTokenLost(error, opened)) await forget(follower, log);
      await backoff(failures, signal, askAgainMs);
    }
  }
}

async function readOnce<Change>(
  follower: ChangeFollower<Change>,
  { signal, onOpened, onAlive }: Omit<FollowOptions, 'log'> & { onOpened: () => void },
): Promise<'later' | 'read'> {
  const at = await follower.start();
  if (at === 'later') {
    // The database has answered: another process has the lease.
    onAlive?.();
    return at;
  }
  const resume = at.token === undefined ? {} : { resumeAfter: at.token };
  const stream = follower.watch({ maxAwaitTimeMS: maxAwaitMs, ...resume });
  const next = async () => {
    const change = (await stream.tryNext()) as Change | null;
    onAlive?.();
    return change;
  };
  try {
    // The cursor is not open on the server until the first answer.
    const first = await next();
    onOpened();
    await follower.onOpen(at);
    let goOn = await follower.onAnswer(first, stream.resumeToken);
    while (goOn && !signal.aborted)
      goOn = await follower.onAnswer(await next(), stream.resumeToken);
    return 'read';
  } finally {
    await stream.close().catch(() => {});
  }
}

/**
 * A server that refuses to open the stream does not accept the token, unless it says that trying
 * again may help.
 */
function isTokenLost(error: unknown, opened: boolean): boolean {
  if (!(error instanceof MongoServerError)) return false;
  return (
    tokenLostCodes.has(error.code) ||
    (!opened && !error.hasErrorLabel('ResumableChangeStreamError'))
  );
}

async function forget<Change>(follower: ChangeFollower<Change>, log: Log): Promise<void> {
  try {
    await follower.onTokenLost();
  } catch (error) {
    log.warn({ err: error }, 'the resume token cannot be forgotten');
  }
}
