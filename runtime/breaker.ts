/**
 * A circuit breaker: nobody waits for a server that does not answer. After some failures in a row
 * it opens, and each request fails at once. After a pause one request tries the server. If it
 * answers, the breaker closes.
 */
export type Breaker = {
  /** Whether a request may be sent now. */
  allows(now: number): boolean;
  /** @returns whether it was open until now */
  succeeded(): boolean;
  failed(now: number): void;
  /** The one that tries was given up before it could tell anything: another may try at once. */
  untried(now: number): void;
  readonly open: boolean;
};

export type BreakerOptions = {
  /** Failures in a row that open it. */
  failures: number;
  /** How long it stays open before one request tries. */
  pauseMs: number;
};

export function breaker({ failures, pauseMs }: BreakerOptions): Breaker {
  let inARow = 0;
  let tryAt: number | undefined;
  return {
    allows(now) {
      if (tryAt === undefined) return true;
      if (now < tryAt) return false;
      // This one tries; the others wait for the next pause to end, unless it succeeds.
      tryAt = now + pauseMs;
      return true;
    },
    succeeded() {
      const wasOpen = tryAt !== undefined;
      inARow = 0;
      tryAt = undefined;
      return wasOpen;
    },
    failed(now) {
      inARow += 1;
      if (inARow >= failures) tryAt = now + pauseMs;
    },
    untried(now) {
      if (tryAt !== undefined) tryAt = now;
    },
    get open() {
      return tryAt !== undefined;
    },
  };
}
