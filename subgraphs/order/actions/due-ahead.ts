import type { DueOrder } from '../domain/due-orders.ts';

/** What will be due soon, looked up before it is. */
export type DueAhead = {
  /** Looks up in the background what will be due at a deadline, once for each. */
  look(deadline: Date, find: () => Promise<DueOrder[]>): void;
  /** What was looked up for the deadlines that have come by now. Each look is given out once. */
  take(now: Date): Promise<DueOrder[]>;
};

/** So many deadlines are held at most. Who has more looks when they have come. */
const mostLooks = 4;

/**
 * A look is only a hint: whoever closes its orders compares their states, and looks for what it
 * lacks. So one that fails is nothing.
 */
export function dueAhead(): DueAhead {
  const looks = new Map<number, Promise<DueOrder[]>>();
  return {
    look(deadline, find) {
      const at = deadline.getTime();
      if (looks.has(at) || looks.size >= mostLooks) return;
      looks.set(
        at,
        find().catch(() => []),
      );
    },
    async take(now) {
      const come = [...looks].filter(([at]) => at <= now.getTime());
      for (const [at] of come) looks.delete(at);
      return (await Promise.all(come.map(([, look]) => look))).flat();
    },
  };
}
