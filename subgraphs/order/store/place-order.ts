import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import type { Order } from '../domain/order.ts';
import type { NightStore } from './nights.ts';
import { type OrderCollection, toDocument } from './order-document.ts';

/** How placing an order ended: stored with its nights, or a key is taken and nothing is stored. */
export type Placed = 'placed' | 'nights taken' | 'order key taken';

/** A key is taken. It ends the transaction without another try. */
class KeyTaken extends Error {
  readonly outcome: Placed;
  constructor(outcome: Placed) {
    super(outcome);
    this.outcome = outcome;
  }
}

/** Stores an order together with the nights it holds, or neither. */
export const placeOrderIn =
  (database: Database, orders: OrderCollection, { holdNights }: Pick<NightStore, 'holdNights'>) =>
  async (order: Order): Promise<Placed> => {
    try {
      await database.transaction(async (session) => {
        await insert('order key taken', () => orders.insertOne(toDocument(order), { session }));
        await insert('nights taken', () => holdNights(order, session));
      });
      return 'placed';
    } catch (error) {
      if (error instanceof KeyTaken) return error.outcome;
      throw error;
    }
  };

async function insert(outcome: Placed, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isDuplicateKey(error) ? new KeyTaken(outcome) : error;
  }
}
