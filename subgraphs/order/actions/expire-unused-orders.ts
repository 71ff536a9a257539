import type { Order } from '../domain/order.ts';
import { dateIn } from '../domain/stay.ts';
import type { ChangeOrderNeeds } from './cancel-homestay-order.ts';

export type ExpireUnusedOrdersNeeds = ChangeOrderNeeds & {
  unusedUntil(date: string, limit: number): Promise<Order[]>;
};

const batchSize = 500;
// No place on earth is further ahead of UTC.
const earliestTimeZone = 'Etc/GMT-14';

/** Paid orders expire when their check-out date has passed unused, each by the date where its homestay lies. */
export async function expireUnusedOrders(needs: ExpireUnusedOrdersNeeds): Promise<number> {
  const now = await needs.now();
  const candidates = await needs.unusedUntil(dateIn(earliestTimeZone, now), batchSize);
  const due = candidates.filter(({ checkOut, snapshot }) => checkOut < dateIn(snapshot.timeZone, now));
  const expired = await Promise.all(due.map(({ sn }) => needs.change({ sn, cause: 'CHECK_OUT_PASSED', at: now })));
  return expired.filter(Boolean).length;
}
