import type { Collection } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { Order } from '../domain/order.ts';
import type { NightStore } from './nights.ts';
import type { OrderCollection, OrderDocument } from './order-document.ts';
import type { OrderKeys } from './order-keys.ts';
import { noted, type TravellerDocument, type UnpaidLimits } from './travellers.ts';

/** An order that is to be placed, and the document that is to be stored. */
export type Placing = { order: Order; document: OrderDocument; limits: UnpaidLimits };

type PlaceTogetherNeeds = Pick<NightStore, 'holdNights'> & {
  orders: OrderCollection;
  travellers: Collection<TravellerDocument>;
  keys: Pick<OrderKeys, 'take'>;
};

/** Ends a transaction that the driver would try again. */
class TriedOnce extends Error {}

/**
 * Makes a function that places orders of different travellers in one transaction: as many commands
 * as for one order. It tries once, and stops at the first that can't be placed: who asks then
 * places each alone, so that each gets what stands in its own way. If it is not known whether the
 * transaction was committed, an order that was placed meets its own idempotency key.
 * @returns a function that says whether all are placed
 */
export function placeTogetherIn(
  database: Pick<Database, 'transaction'>,
  { orders, travellers, keys, holdNights }: PlaceTogetherNeeds,
) {
  return async (batch: readonly Placing[]): Promise<boolean> => {
    const placed = batch.map(({ order }) => order);
    let isTried = false;
    try {
      await database.transaction(async (session) => {
        if (isTried) throw new TriedOnce();
        isTried = true;
        await holdNights(placed, session);
        await travellers.bulkWrite(batch.map(noteBelowLimit), { session });
        await keys.take(placed, session);
        const documents = batch.map(({ document }) => document);
        await orders.insertMany(documents, { session });
      });
      return true;
    } catch {
      return false;
    }
  };
}

/**
 * Notes an order at its traveller. One who has so many unpaid orders is not found, and so inserted
 * again, which fails.
 */
const noteBelowLimit = ({ order, limits }: Placing) => ({
  updateOne: {
    filter: {
      _id: order.travellerId,
      [`unpaid.${Math.min(limits.maxUnpaid, limits.maxUnpaidAtHomestay) - 1}`]: { $exists: false },
    },
    update: noted(order),
    upsert: true,
  },
});
