import type { Order } from '../domain/order.ts';
import { dateIn } from '../domain/stay.ts';
import type { ChangeOrderNeeds } from './cancel-homestay-order.ts';

export type ExpireUnusedOrdersNeeds = ChangeOrderNeeds & {
  /** By serial number, from after `after`. */
  unusedUntil(date: string, after: string, limit: number): Promise<Order[]>;
};

const batchSize = 500;
// No place on earth is further ahead of UTC.
const earliestTimeZone = 'Etc/GMT-14';

/** Paid orders expire when their check-out date has passed unused, each by the date where its homestay lies. */
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
