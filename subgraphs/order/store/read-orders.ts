import type { Filter } from 'mongodb';
import { beyond, newestFirst } from '../../../runtime/by-time.ts';
import type { TimeKey } from '../../../runtime/connection.ts';
import { readOnAfter } from '../../../runtime/serial-number.ts';
import type { Order } from '../domain/order.ts';
import type { DateRange, OrderSearch } from '../domain/order-search.ts';
import { isPaid, orderStates, transitions } from '../domain/state.ts';
import { type OrderCollection, type OrderDocument, toOrder } from './order-document.ts';
import type { OrderKeys } from './order-keys.ts';

const paidStates = orderStates.filter(isPaid);

/** Where orders are: an archived one is in the archive alone, and never leaves it. */
type Collections = {
  orders: OrderCollection;
  archive: OrderCollection;
  keys: Pick<OrderKeys, 'orderWith'>;
};

// Every archived order was placed at least so long ago: see ARCHIVE_ORDERS_AFTER_DAYS.
const youngestArchivedMs = 28 * 86_400_000;

/** All that is read of orders. The archive is read second: an order may move between the two. */
export function readOrders({ orders, archive, keys }: Collections) {
  const find = async (filter: Filter<OrderDocument>): Promise<Order | null> => {
    const found = (await orders.findOne(filter)) ?? (await archive.findOne(filter));
    return found && toOrder(found);
  };
  const newestIn = (from: OrderCollection, filter: Filter<OrderDocument>, limit: number) =>
    from.find(filter).sort(newestFirst).limit(limit).toArray();
  const newest = async (filter: Filter<OrderDocument>, limit: number): Promise<Order[]> => {
    const found = await newestIn(orders, filter, limit);
    const oldest = found.length === limit ? found.at(-1)?.createdAt.getTime() : 0;
    if ((oldest ?? 0) > Date.now() - youngestArchivedMs) return found.map(toOrder);
    const all = [...found, ...(await newestIn(archive, filter, limit))];
    const bySn = new Map(all.map((one) => [one._id, one]));
    return [...bySn.values()].sort(byTime).slice(0, limit).map(toOrder);
  };
  const bySn = async (filter: Filter<OrderDocument>, limit: number): Promise<Order[]> =>
    (await orders.find(filter).sort({ _id: 1 }).limit(limit).toArray()).map(toOrder);

  return {
    order: (sn: string) => find({ _id: sn }),

    async ordersBySn(sns: readonly string[]): Promise<Order[]> {
      const found = await orders.find({ _id: { $in: [...sns] } }).toArray();
      const known = new Set(found.map(({ _id }) => _id));
      const others = sns.filter((sn) => !known.has(sn));
      const archived =
        others.length > 0 ? await archive.find({ _id: { $in: others } }).toArray() : [];
      return [...found, ...archived].map(toOrder);
    },

    async orderByKey(travellerId: string, idempotencyKey: string): Promise<Order | null> {
      const sn = await keys.orderWith(travellerId, idempotencyKey);
      return sn === null ? null : find({ _id: sn });
    },

    /**
     * The same among orders that a version before this one has placed, which wrote no keys. Asks
     * every shard, so only for a key that is known to be taken, or whose nights are.
     */
    orderWithoutKey: (travellerId: string, idempotencyKey: string) =>
      find({ travellerId, idempotencyKey }),

    /** Orders of any kind, the newest first. */
    searchOrders: (search: OrderSearch, after: TimeKey | null, limit: number): Promise<Order[]> =>
      newest({ ...filterOf(search), ...beyond(after) }, limit),

    /** Orders that have changed since an instant, of one host or of all, by serial number. */
    changedSince: (
      { hostId, since }: { hostId: string | null; since: Date },
      after: string,
      limit: number,
    ): Promise<Order[]> =>
      bySn(
        {
          ...(hostId === null ? {} : { 'snapshot.hostId': hostId }),
          'history.at': { $gte: since },
          _id: { $gt: after },
        },
        limit,
      ),

    /**
     * Paid orders that no refund holds, with a check-out date on or before `date`, after this
     * serial number.
     */
    unusedUntil: (date: string, after: string, limit: number): Promise<Order[]> =>
      bySn(
        {
          state: transitions.CHECK_OUT_PASSED.from,
          checkOut: { $lte: date },
          refundSn: { $exists: false },
          _id: { $gt: after },
        },
        limit,
      ),

    /** Unused orders that a refund holds, after this serial number. */
    heldByRefunds: (after: string, limit: number): Promise<Order[]> =>
      bySn(
        {
          state: transitions.REFUNDED.from,
          refundSn: { $exists: true },
          _id: { $gt: after },
        },
        limit,
      ),

    /** Orders placed since then that were ever paid, after this serial number. */
    paidSince: (since: Date, after: string, limit: number): Promise<Order[]> =>
      bySn({ _id: { $gt: readOnAfter('HSO', since, after) }, state: { $in: paidStates } }, limit),
  };
}

const byTime = (a: OrderDocument, b: OrderDocument): number =>
  b.createdAt.getTime() - a.createdAt.getTime() || (a._id < b._id ? 1 : -1);

const within = ({ from, to }: DateRange) => ({ $gte: from, $lte: to });

const filterOf = (search: OrderSearch): Filter<OrderDocument> => ({
  ...(search.sn ? { _id: search.sn } : {}),
  ...(search.travellerId ? { travellerId: search.travellerId } : {}),
  ...(search.hostId ? { 'snapshot.hostId': search.hostId } : {}),
  ...(search.homestayId ? { homestayId: search.homestayId } : {}),
  ...(search.states ? { state: { $in: [...search.states] } } : {}),
  ...(search.checkIn ? { checkIn: within(search.checkIn) } : {}),
  ...(search.checkOut ? { checkOut: within(search.checkOut) } : {}),
});
