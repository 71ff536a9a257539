export type CloseDueOrdersNeeds = {
  now(): Promise<Date>;
  /** Closes up to `limit` orders due at `now`, in one transaction; tells how many. */
  closeOverdue(now: Date, limit: number): Promise<number>;
  nextCloseAt(): Promise<Date | null>;
};

const batchSize = 500;

/** Closes every order whose deadline has passed, by the database's clock, and frees their nights. May run any number of times at once. */
export async function closeDueOrders(
  needs: CloseDueOrdersNeeds,
): Promise<{ closed: number; nextCloseAt: Date | null }> {
  const now = await needs.now();
  let closed = 0;
  for (let batch = batchSize; batch === batchSize; closed += batch)
    batch = await needs.closeOverdue(now, batchSize);
  return { closed, nextCloseAt: await needs.nextCloseAt() };
}
