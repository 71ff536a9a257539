import type { ChangeOrder } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { dateIn } from '../domain/stay.ts';

export type ExpireUnusedOrdersNeeds = {
  now(): Promise<Date>;
  /** Paid orders with a check-out date on or before `date`, by serial number, after `after`. */
  unusedUntil(date: string, after: string, limit: number): Promise<Order[]>;
  change: ChangeOrder;
};

const batchSize = 500;
// No time zone is further ahead of UTC.
const earliestTimeZone = 'Etc/GMT-14';

/** Paid orders expire when their check-out date has passed unused, each in its homestay's time zone. Returns how many. */
export async function expireUnusedOrders(needs: ExpireUnusedOrdersNeeds): Promise<number> {
  const now = await needs.now();
  const latestDate = dateIn(earliestTimeZone, now);
  let expired = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const candidates: Order[] = await needs.unusedUntil(latestDate, after, batchSize);
    const due = candidates.filter(
      ({ checkOut, snapshot }) => checkOut < dateIn(snapshot.timeZone, now),
    );
    const changed = await Promise.all(
      due.map(({ sn }) => needs.change({ sn, cause: 'CHECK_OUT_PASSED', at: now })),
    );
    expired += changed.filter(Boolean).length;
    after = candidates.length === batchSize ? candidates.at(-1)?.sn : undefined;
  }
  return expired;
}
