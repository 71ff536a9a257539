import type { Collection, Db } from 'mongodb';
import type { Order } from '../domain/order.ts';

/** An order as it is stored: its serial number is its key. */
export type OrderDocument = Omit<Order, 'sn'> & { _id: string };

export type OrderCollection = Collection<OrderDocument>;

export const orderCollection = (db: Db): OrderCollection => db.collection<OrderDocument>('orders');

export const toDocument = ({ sn, ...order }: Order): OrderDocument => ({ _id: sn, ...order });
export const toOrder = ({ _id, ...order }: OrderDocument): Order => ({ sn: _id, ...order });

/** Creates the indexes that the service relies on. */
export const createOrderIndexes = (orders: OrderCollection): Promise<unknown> =>
  orders.createIndexes([
    { key: { travellerId: 1, idempotencyKey: 1 }, unique: true },
    { key: { travellerId: 1, createdAt: -1, _id: -1 } },
    { key: { state: 1, closeAt: 1 } },
    { key: { state: 1, checkOut: 1 } },
    { key: { 'attempt.closeFrom': 1 }, sparse: true, name: 'attempts_to_close' },
  ]);
