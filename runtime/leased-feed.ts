import { type ChangeFollower, followChangeStream } from './change-stream.ts';
import { openFeedPosition } from './feed-position.ts';
import type { Stop } from './lifecycle.ts';
import type { Log } from './log.ts';
import type { Database } from './mongo.ts';

export type LeasedFeedOptions<Change> = {
  database: Pick<Database, 'db' | 'now'>;
  log: Log;
  /** Called for each answer of the server. */
  onAlive?: (() => void) | undefined;
  /** Whether it is to be followed. Until then nothing is. */
  wanted?: () => Promise<boolean>;
  watch: ChangeFollower<Change>['watch'];
  /** Called each time the stream opens; without a token where changes may have been missed. */
  onOpen: ChangeFollower<Change>['onOpen'];
  /** Takes a change on, to be settled. */
  take(change: Change): void;
  /** How many have been taken on. */
  taken(): number;
  /** More than so many are settled before another is taken on. */
  mostTaken: number;
  /** Does what there is to do for all that were taken on. The position is saved only after it. */
  settle(): Promise<void>;
};

const renewEveryMs = 1_000;

/**
 * Follows changes from a saved position. One process follows at a time; another takes over when it
 * ends. A change may be taken on twice, and none is left out.
 */
export function followLeased<Change extends object>(options: LeasedFeedOptions<Change>): Stop {
  const { database, log, onAlive, wanted = async () => true, watch, onOpen } = options;
  const { take, taken, mostTaken, settle } = options;
  const position = openFeedPosition(database);
  const stopping = new AbortController();
  let renewAt = 0;

  const hasLease = async () => (await wanted()) && position.take();
  const keepsLease = async () => {
    if (Date.now() < renewAt) return true;
    renewAt = Date.now() + renewEveryMs;
    return hasLease();
  };
  const follower: ChangeFollower<Change> = {
    start: async () => ((await hasLease()) ? { token: await position.token() } : 'later'),
    watch,
    onOpen,
    async onAnswer(change, token) {
      if (change) take(change);
      if (taken() > 0 && (!change || taken() >= mostTaken)) {
        await settle();
        await position.save(token);
      }
      return keepsLease();
    },
    onTokenLost: async () => void (await position.forget()),
  };
  const running = followChangeStream(follower, { signal: stopping.signal, log, onAlive });
  return async () => {
    stopping.abort();
    await running;
    await settle().catch(() => {});
    await position.release().catch(() => {});
  };
}
