import type { Collection, Db } from 'mongodb';
import type { Order } from '../domain/order.ts';

/** An order as it is stored: its serial number is its key. */
export type OrderDocument = Omit<Order, 'sn'> & { _id: string };

/** One night of one homestay that an order holds. Its key is made of both, so that no night can be held twice. */
export type NightDocument = { _id: string; homestayId: string; night: string; orderSn: string };

export type Collections = { orders: Collection<OrderDocument>; nights: Collection<NightDocument> };

export const nightKey = (homestayId: string, night: string): string => `${homestayId}/${night}`;

export const toDocument = ({ sn, ...order }: Order): OrderDocument => ({ _id: sn, ...order });
export const toOrder = ({ _id, ...order }: OrderDocument): Order => ({ sn: _id, ...order });

/** The collections with the indexes that the service relies on, made where they are missing. */
export async function openCollections(db: Db): Promise<Collections> {
  const orders = db.collection<OrderDocument>('orders');
  const nights = db.collection<NightDocument>('nights');
  await orders.createIndexes([
    { key: { travellerId: 1, idempotencyKey: 1 }, unique: true },
    { key: { travellerId: 1, createdAt: -1, _id: -1 } },
    { key: { state: 1, closeAt: 1 } },
    { key: { state: 1, checkOut: 1 } },
  ]);
  await nights.createIndexes([{ key: { homestayId: 1, night: 1 } }, { key: { orderSn: 1 } }]);
  return { orders, nights };
}
