import { performance } from 'node:perf_hooks';
import { clientError } from '../../runtime/errors.ts';
import type { Gone } from '../../runtime/gone.ts';
import { type Pace, unpaced } from './pace.ts';
import { takenOfLate } from './taken-of-late.ts';

/**
 * Runs work of all clients a few pieces at a time; each client has its turn.
 * @param gone whether anybody still waits for it: then it is not begun
 */
export type Turns = <T>(client: string, work: () => T | Promise<T>, gone?: Gone) => Promise<T>;

export type TurnsOptions = {
  /** Pieces that run at once. */
  atOnce: number;
  /** How far apart they are begun; one right after the other where it is not given. */
  pace?: Pace;
  /**
   * Whether what a piece waits for counts too, as it does where a thread works for it. Otherwise it
   * takes the time in which the event loop is busy.
   */
  waitingCounts?: boolean;
  /** After so long a piece waits for others, such as a subgraph, and the next one may begin. */
  passOnAfterMs?: number;
  /** @throws where one more of a client would wait in vain, beside those that wait already */
  requireRoom?: (waiting: { all: number; ofClient: number }) => void;
  /** Is told how many pieces wait. */
  onWaiting?: (count: number) => void;
};

/** Work that waits: `begin` lets it run. */
type Waiting = { begin: () => void };

/**
 * Waiting work is begun client by client, so that who sends much waits for his own, and others for
 * one of his at most. Every other piece is that of the client who has taken least of late, so that
 * who comes seldom does not wait for all who come always. After each piece the event loop goes
 * round, for pieces that block it would otherwise be done one right after the other, and all else
 * would wait for all of them.
 */
export function turns(options: TurnsOptions): Turns {
  const { atOnce, pace = unpaced, passOnAfterMs, requireRoom, onWaiting = () => {} } = options;
  const { waitingCounts = false } = options;
  let running = 0;
  let all = 0;
  /** What waits by client; the one who comes first is next. */
  const waiting = new Map<string, Waiting[]>();
  const taken = takenOfLate();
  let isForLeast = false;
  let pause: NodeJS.Timeout | undefined;
  let resting = false;

  const count = (more: 1 | -1): void => {
    all += more;
    onWaiting(all);
  };

  const begin = (): void => {
    if (waiting.size === 0 || running >= atOnce || pause || resting) return;
    const left = pace.left();
    if (left > 0) {
      pause = setTimeout(() => {
        pause = undefined;
        begin();
      }, left).unref();
      return;
    }
    const [next] = waiting.keys();
    const client = (isForLeast ? taken.least(waiting.keys()) : next) as string;
    isForLeast = !isForLeast;
    const [first, ...others] = waiting.get(client) as [Waiting, ...Waiting[]];
    count(-1);
    waiting.delete(client);
    // His next one comes after all others'.
    if (others.length > 0) waiting.set(client, others);
    running += 1;
    first.begin();
    // Several may have ended since one was begun.
    begin();
  };

  const rest = (): void => {
    if (resting) return;
    resting = true;
    setImmediate(() => {
      resting = false;
      begin();
    });
  };

  const leave = (client: string, one: Waiting): void => {
    const own = waiting.get(client) ?? [];
    const others = own.filter((other) => other !== one);
    if (others.length === own.length) return;
    count(-1);
    if (others.length > 0) waiting.set(client, others);
    else waiting.delete(client);
  };

  const turn = (client: string, gone: Gone | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const own = waiting.get(client) ?? [];
      requireRoom?.({ all, ofClient: own.length });
      if (gone?.aborted) throw abandoned();
      const left = () => {
        leave(client, one);
        reject(abandoned());
      };
      const one: Waiting = {
        begin() {
          gone?.removeEventListener('abort', left);
          resolve();
        },
      };
      gone?.addEventListener('abort', left, { once: true });
      waiting.set(client, [...own, one]);
      count(1);
      begin();
    });

  /** @returns gives the place of a piece to the next one, once */
  const place = (client: string) => {
    const before = performance.eventLoopUtilization();
    let given = false;
    const give = () => {
      if (given) return;
      given = true;
      if (late) clearTimeout(late);
      // What else has run meanwhile counts too: the busier the gateway, the longer costly work waits.
      const { active, idle } = performance.eventLoopUtilization(before);
      const took = waitingCounts ? active + idle : active;
      taken.add(client, took);
      pace.ended(took);
      running -= 1;
      rest();
    };
    const late = passOnAfterMs && setTimeout(give, passOnAfterMs).unref();
    return give;
  };

  return async (client, work, gone) => {
    await turn(client, gone);
    const give = place(client);
    try {
      return await work();
    } finally {
      give();
    }
  };
}

const abandoned = () => clientError('SERVICE_UNAVAILABLE', 'Nobody waits for the answer.');
