import type { Collection, Db } from 'mongodb';
import { always, type DocumentOf, documentDoor } from '../../../runtime/document-door.ts';
import type { Order } from '../domain/order.ts';

/** An order as it is stored: its serial number is its key. */
export type OrderDocument = DocumentOf<Order, 'sn'>;

export type OrderCollection = Collection<OrderDocument>;

export const orderCollection = (db: Db): OrderCollection => db.collection<OrderDocument>('orders');

const door = documentDoor<Order, 'sn'>({
  key: 'sn',
  fields: {
    homestayId: always,
    checkIn: always,
    checkOut: always,
    guests: always,
    needFood: always,
    remark: always,
    idempotencyKey: always,
    state: always,
    version: always,
    travellerId: always,
    snapshot: always,
    nights: always,
    homestayTotal: always,
    foodTotal: always,
    total: always,
    createdAt: always,
    closeAt: always,
    ticketCode: always,
    history: always,
  },
});

export const toOrder = door.fromDocument;
export const toDocument = (order: Order): OrderDocument => door.toDocument(order);
