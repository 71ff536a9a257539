import { type Place, roster } from '../../runtime/roster.ts';

/** Something that waits, and is given up when it has waited too long. */
export type Waiting = { until: number; giveUp: () => void };

/**
 * Gives up what waits too long. A timer of its own for each request would cost more than the
 * request.
 */
export type Deadlines = {
  add(waiting: Waiting): Place<Waiting>;
  /** Nothing waits there any more. */
  delete(place: Place<Waiting>): void;
};

const lookEveryMs = 25;

/** Looks at all that waits every 25 ms, while something does. */
export function deadlines(): Deadlines {
  const waiting = roster<Waiting>();
  let looking = false;

  const look = () => {
    const now = performance.now();
    for (const place of waiting.all()) {
      // One that is given up may end another.
      if (place.at < 0 || place.member.until > now) continue;
      waiting.remove(place);
      place.member.giveUp();
    }
    looking = waiting.size > 0;
    if (looking) setTimeout(look, lookEveryMs).unref();
  };

  return {
    add(one) {
      const place = waiting.add(one);
      if (!looking) setTimeout(look, lookEveryMs).unref();
      looking = true;
      return place;
    },
    delete: waiting.remove,
  };
}
