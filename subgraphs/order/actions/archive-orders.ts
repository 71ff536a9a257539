import { addDays, dateIn } from '../../../runtime/calendar.ts';

export type ArchiveOrdersNeeds = {
  now(): Promise<Date>;
  archiveAfterDays: number;
  /** Moves some ended orders with a check-out date before `date`. Returns how many. */
  archiveOrders(date: string, limit: number): Promise<number>;
};

const batchSize = 100;
// The scheduler waits 5 seconds for an answer.
const longestMs = 3_000;

/**
 * Moves orders of long ago into the archive, for some seconds at most. Asking again goes on.
 * Returns how many it has moved.
 */
export async function archiveOrders(needs: ArchiveOrdersNeeds): Promise<number> {
  const end = performance.now() + longestMs;
  const before = addDays(dateIn('UTC', await needs.now()), -needs.archiveAfterDays);
  let moved = 0;
  let some: number;
  do {
    some = await needs.archiveOrders(before, batchSize);
    moved += some;
  } while (some === batchSize && performance.now() < end);
  return moved;
}
