import { dateIn } from '../../../runtime/calendar.ts';
import type { ChangeOrder } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';

export type ExpireUnusedOrdersNeeds = {
  now(): Promise<Date>;
  /** Paid orders with a check-out date on or before `date`, by serial number, after `after`. */
  unusedUntil(date: string, after: string, limit: number): Promise<Order[]>;
  change: ChangeOrder;
};

const batchSize = 500;
// No time zone is further ahead of UTC.
const earliestTimeZone = 'Etc/GMT-14';

/**
 * Paid orders expire when their check-out date has passed unused, each in its homestay's time zone.
 * Returns how many.
 * @throws at its end if some could not be expired: they keep no other from it
 */
export async function expireUnusedOrders(needs: ExpireUnusedOrdersNeeds): Promise<number> {
  const now = await needs.now();
  const latestDate = dateIn(earliestTimeZone, now);
  const failures: unknown[] = [];
  const expire = async ({ sn, checkOut, snapshot }: Order): Promise<boolean> => {
    if (checkOut >= dateIn(snapshot.timeZone, now)) return false;
    return (await needs.change({ sn, cause: 'CHECK_OUT_PASSED', at: now })) !== null;
  };
  const orFail = (error: Error, { sn }: Order) => {
    failures.push(new Error(`order ${sn}: ${error.message}`, { cause: error }));
    return false;
  };
  let expired = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const candidates: Order[] = await needs.unusedUntil(latestDate, after, batchSize);
    const results = await Promise.all(
      candidates.map((order) => expire(order).catch((error) => orFail(error, order))),
    );
    expired += results.filter(Boolean).length;
    after = candidates.length === batchSize ? candidates.at(-1)?.sn : undefined;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${expired} orders expired, ${failures.length} could not`);
  return expired;
}
