import { setTimeout as delay } from 'node:timers/promises';

export type LateRefusalsOptions = {
  /** So many in a second are refused at once. */
  atOnce: number;
  /** How late the others are. */
  delayMs: number;
  now?: () => number;
  wait?: (ms: number) => Promise<unknown>;
};

/**
 * A subgraph that is not asked costs nothing but the refusal: 16 clients that ask again as soon as
 * they are refused would take all of the gateway's time. So where many are refused, most of them wait
 * for that.
 * @returns resolves when one more may be refused; undefined for at once
 */
export function lateRefusals(options: LateRefusalsOptions): () => Promise<unknown> | undefined {
  const { atOnce, delayMs, now = () => performance.now(), wait = waitUnheld } = options;
  let begin = Number.NEGATIVE_INFINITY;
  let count = 0;
  return () => {
    const at = now();
    if (at - begin >= 1_000) {
      begin = at;
      count = 0;
    }
    count += 1;
    return count > atOnce ? wait(delayMs) : undefined;
  };
}

const waitUnheld = (ms: number) => delay(ms, undefined, { ref: false });
