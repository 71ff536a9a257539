import type { Collection, Db } from 'mongodb';
import type { Order } from '../domain/order.ts';

/** How many unpaid orders one traveller may have. */
export type UnpaidLimits = { maxUnpaid: number; maxUnpaidAtHomestay: number };

/**
 * One document for each traveller. Every placing writes it, so two placings of one traveller
 * conflict and one waits.
 */
export type TravellerDocument = {
  _id: string;
  placed: number;
  /** The latest orders that were unpaid when this was last looked at, and all that came since. */
  unpaid?: string[];
};

/** Of more unpaid orders than these we do not know: a limit above it is none. */
const maxNoted = 1_000;

export const travellerCollection = (db: Db): Collection<TravellerDocument> =>
  db.collection<TravellerDocument>('travellers');

/** What placing an order writes into its traveller's document. */
export const noted = ({ sn }: Order) => ({
  $inc: { placed: 1 },
  $push: { unpaid: { $each: [sn], $slice: -maxNoted } },
});
