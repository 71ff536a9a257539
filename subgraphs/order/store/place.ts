import type { ClientSession } from 'mongodb';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import type { Order } from '../domain/order.ts';
import { nightsOf } from '../domain/stay.ts';
import { type Collections, nightKey, toDocument } from './documents.ts';

/** How placing an order ended: stored with its nights, or nothing at all is stored and a key was taken. */
export type Placed = 'placed' | 'nights taken' | 'order key taken';

/** A key was taken: ends the transaction without being tried again. */
class KeyTaken extends Error {
  readonly outcome: Placed;
  constructor(outcome: Placed) {
    super(outcome);
    this.outcome = outcome;
  }
}

/** Stores an order together with the nights it holds, or neither. */
export async function place(
  database: Database,
  collections: Collections,
  order: Order,
): Promise<Placed> {
  try {
    await database.transaction(async (session) => {
      await insert('order key taken', () =>
        collections.orders.insertOne(toDocument(order), { session }),
      );
      await insert('nights taken', () => holdNights(collections, order, session));
    });
    return 'placed';
  } catch (error) {
    if (error instanceof KeyTaken) return error.outcome;
    throw error;
  }
}

/** In ascending order, so that two orders for overlapping stays meet at one night instead of blocking each other. */
const holdNights = ({ nights }: Collections, order: Order, session: ClientSession) =>
  nights.insertMany(
    nightsOf(order).map((night) => ({
      _id: nightKey(order.homestayId, night),
      homestayId: order.homestayId,
      night,
      orderSn: order.sn,
    })),
    { session, ordered: true },
  );

async function insert(outcome: Placed, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isDuplicateKey(error) ? new KeyTaken(outcome) : error;
  }
}
