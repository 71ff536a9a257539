import type { Db } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import { endedStates } from '../domain/state.ts';
import type { NightStore } from './nights.ts';
import { type OrderCollection, type OrderDocument, toOrder } from './order-document.ts';

export const archiveCollection = (db: Db): OrderCollection =>
  db.collection<OrderDocument>('archivedOrders');

/**
 * Orders of long ago have a collection of their own, so that those that matter stay few. Nothing
 * changes them any more.
 */
export function archiveOrders(
  database: Database,
  orders: OrderCollection,
  { freeNights }: Pick<NightStore, 'freeNights'>,
) {
  const archive = archiveCollection(database.db);
  return {
    /**
     * Moves ended orders with a check-out date before `date`, in one transaction: an order is in
     * one of the collections, whenever this ends. Their nights have passed and are forgotten.
     * @returns how many
     */
    archiveOrders: (date: string, limit: number): Promise<number> =>
      database.transaction(async (session) => {
        const ended = await orders
          .find(
            { state: { $in: endedStates }, checkOut: { $lt: date }, attempt: { $exists: false } },
            { session, limit },
          )
          .toArray();
        if (ended.length === 0) return 0;
        // First, because two processes that move the same order meet here.
        await orders.deleteMany({ _id: { $in: ended.map(({ _id }) => _id) } }, { session });
        await archive.insertMany(ended, { session, ordered: true });
        await freeNights(ended.map(toOrder), session);
        return ended.length;
      }),
  };
}
