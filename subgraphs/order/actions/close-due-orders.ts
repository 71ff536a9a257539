export type CloseDueOrdersNeeds = {
  now(): Promise<Date>;
  /** Closes up to `limit` orders due at `now`, in one transaction. Returns how many. */
  closeDue(now: Date, limit: number): Promise<number>;
};

const batchSize = 500;

/**
 * Closes every order whose deadline has passed, by the database's clock, and frees their nights. It may run any number of times
 * at once.
 */
export async function closeDueOrders(needs: CloseDueOrdersNeeds): Promise<{ closed: number }> {
  const now = await needs.now();
  let closed = 0;
  for (let batch = batchSize; batch === batchSize; closed += batch)
    batch = await needs.closeDue(now, batchSize);
  return { closed };
}

/** The earliest deadline of an order that waits to be paid; null if none waits. */
export const nextCloseAt = (needs: { nextCloseAt(): Promise<Date | null> }): Promise<Date | null> =>
  needs.nextCloseAt();
