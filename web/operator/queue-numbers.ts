type Waiting = { closeAt: string };
type Closed = { sn: string; closeAt: string; history: { cause: string; at: string }[] };

const minuteMs = 60_000;

/**
 * How many orders are due in each minute from now, the empty ones between them included; what is
 * overdue is minute -1.
 */
export function dueByMinute(
  orders: readonly Waiting[],
  now: number,
): { minutes: number; value: number }[] {
  const counts = new Map<number, number>();
  for (const { closeAt } of orders) {
    const minutes = Math.max(-1, Math.floor((Date.parse(closeAt) - now) / minuteMs));
    counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const [first, last] = [Math.min(...counts.keys()), Math.max(...counts.keys())];
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    minutes: first + index,
    value: counts.get(first + index) ?? 0,
  }));
}

/** How many seconds after its deadline each order closed that nobody paid, the oldest first. */
export function latenesses(orders: readonly Closed[]): { sn: string; at: string; value: number }[] {
  return orders
    .flatMap(({ sn, closeAt, history }) => {
      const closed = history.find(({ cause }) => cause === 'DEADLINE_PASSED');
      if (!closed) return [];
      const ms = Math.max(0, Date.parse(closed.at) - Date.parse(closeAt));
      return [{ sn, at: closed.at, value: ms / 1_000 }];
    })
    .reverse();
}
