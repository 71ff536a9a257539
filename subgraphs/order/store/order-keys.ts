import type { ClientSession, Db } from 'mongodb';
import type { Order } from '../domain/order.ts';

/** Which order a traveller's idempotency key belongs to. The database deletes it after 400 days. */
type OrderKeyDocument = { _id: string; travellerId: string; sn: string; createdAt: Date };

export type OrderKeys = ReturnType<typeof openOrderKeys>;

const keyOf = (travellerId: string, idempotencyKey: string): string =>
  JSON.stringify([travellerId, idempotencyKey]);

const keyDocument = (order: Order): OrderKeyDocument => ({
  _id: keyOf(order.travellerId, order.idempotencyKey),
  travellerId: order.travellerId,
  sn: order.sn,
  createdAt: order.createdAt,
});

/**
 * The idempotency keys of orders, as documents of their own: orders are found by serial number, and
 * where there are shards a unique key of something else can't be among them.
 */
export function openOrderKeys(db: Db) {
  const keys = db.collection<OrderKeyDocument>('orderKeys');
  return {
    /** @throws a duplicate key error if one of the travellers has an order with its key */
    async take(orders: readonly Order[], session: ClientSession): Promise<void> {
      await keys.insertMany(orders.map(keyDocument), { session });
    },

    /** The serial number of the order that has this key. */
    async orderWith(travellerId: string, idempotencyKey: string): Promise<string | null> {
      const _id = keyOf(travellerId, idempotencyKey);
      return (await keys.findOne({ _id, travellerId }))?.sn ?? null;
    },

    async forget(travellerId: string): Promise<void> {
      for (const { _id } of await keys.find({ travellerId }).toArray())
        await keys.deleteOne({ _id, travellerId });
    },
  };
}
