/** Keeps costly work to a share of the event loop's time, so that other work need not wait for it. */
export type Pace = {
  /** How long the next piece must wait, in milliseconds. */
  left(): number;
  /** A piece has taken so much of the event loop's time, in milliseconds. */
  ended(tookMs: number): void;
};

/** Nothing waits. */
export const unpaced: Pace = { left: () => 0, ended() {} };

export type PaceOptions = {
  /** Of the event loop's time. With 100 nothing waits. */
  percent: number;
  /**
   * What may be taken at once after a quiet time: so much of the share is saved up. A gateway that
   * has just started has saved up all of it.
   */
  burstMs: number;
};

/** However long a piece has taken, the next one begins after two seconds. */
const maxPauseMs = 2_000;

/** Once what was saved up is spent, each piece is followed by a pause in which it is earned. */
export function pace({ percent, burstMs }: PaceOptions, now = () => performance.now()): Pace {
  if (percent === 100) return unpaced;
  const earnedPerMs = percent / 100;
  let saved = burstMs;
  let at = now();
  const earn = () => {
    saved = Math.min(burstMs, saved + (now() - at) * earnedPerMs);
    at = now();
  };
  return {
    left() {
      earn();
      return Math.max(0, -saved / earnedPerMs);
    },
    ended(tookMs) {
      earn();
      saved = Math.max(saved - tookMs, -maxPauseMs * earnedPerMs);
    },
  };
}
