/** Keeps costly work to a share of the event loop's time, so that other work need not wait for it. */
export type Pace = {
  /** How long the next piece must wait, in milliseconds. */
  left(): number;
  /** A piece has taken so much of the event loop's time, in milliseconds. */
  ended(tookMs: number): void;
};

/** However long a piece has taken, the next one begins after two seconds. */
const maxPauseMs = 2_000;

/**
 * After a piece, the next one waits until both together have taken their share of the time.
 * @param percent of the event loop's time; with 100 nothing waits
 */
export function pace(percent: number, now = () => performance.now()): Pace {
  const pausePerMs = 100 / percent - 1;
  let freeAt = 0;
  return {
    left: () => Math.max(0, freeAt - now()),
    ended(tookMs) {
      freeAt = Math.max(freeAt, now()) + Math.min(tookMs * pausePerMs, maxPauseMs);
    },
  };
}
