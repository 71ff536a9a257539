export type CloseDueOrdersNeeds = {
  now(): Promise<Date>;
  /** Closes up to `limit` orders due at `now`, in one transaction. Returns how many. */
  closeDue(now: Date, limit: number): Promise<number>;
};

const batchSize = 500;

const longestMs = 86_400_000;

/**
 * Closes every order whose deadline has passed, by the database's clock, and frees their nights. It may run any number of times
 * at once.
 * @param deadline what the caller asks for, perhaps too early: it is told how long to wait
 */
export async function closeDueOrders(
  needs: CloseDueOrdersNeeds,
  deadline: Date | null,
): Promise<{ closed: number; dueInMs: number }> {
  const now = await needs.now();
  let closed = 0;
  for (let batch = batchSize; batch === batchSize; closed += batch)
    batch = await needs.closeDue(now, batchSize);
  const ahead = deadline ? deadline.getTime() - now.getTime() : 0;
  return { closed, dueInMs: Math.min(Math.max(ahead, 0), longestMs) };
}
