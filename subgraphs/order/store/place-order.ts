import type { ClientSession } from 'mongodb';
import { inTurn } from '../../../runtime/in-turn.ts';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import type { Order } from '../domain/order.ts';
import { canChange, orderStates } from '../domain/state.ts';
import type { NightStore } from './nights.ts';
import { type OrderCollection, toDocument } from './order-document.ts';

/** How placing an order ended. Unless it is placed, nothing is stored. */
export type Placed = 'placed' | 'nights taken' | 'order key taken' | 'too many unpaid';

/** How many unpaid orders one traveller may have. */
export type UnpaidLimits = { maxUnpaid: number; maxUnpaidAtHomestay: number };

const noLimits: UnpaidLimits = { maxUnpaid: 1_000_000, maxUnpaidAtHomestay: 1_000_000 };

/**
 * One document for each traveller. Every placing writes it, so two placings of one traveller
 * conflict and one waits.
 */
type TravellerDocument = { _id: string; placed: number };

/** Ends the transaction without another try. */
class NotPlaced extends Error {
  readonly outcome: Placed;
  constructor(outcome: Placed) {
    super(outcome);
    this.outcome = outcome;
  }
}

/** Stores an order together with the nights it holds, or neither. */
export function placeOrderIn(
  database: Database,
  orders: OrderCollection,
  { holdNights }: Pick<NightStore, 'holdNights'>,
) {
  const travellers = database.db.collection<TravellerDocument>('travellers');
  const turn = inTurn();

  const place = async (order: Order, limits: UnpaidLimits, session: ClientSession) => {
    const one = { $inc: { placed: 1 } };
    await insert('order key taken', () =>
      travellers.updateOne({ _id: order.travellerId }, one, { session, upsert: true }),
    );
    if (await hasTooManyUnpaid(orders, order, limits, session))
      throw new NotPlaced('too many unpaid');
    await insert('order key taken', () => orders.insertOne(toDocument(order), { session }));
    await insert('nights taken', () => holdNights(order, session));
  };

  return async (order: Order, limits: UnpaidLimits = noLimits): Promise<Placed> => {
    try {
      await turn(order.travellerId, () =>
        database.transaction((session) => place(order, limits, session)),
      );
      return 'placed';
    } catch (error) {
      if (error instanceof NotPlaced) return error.outcome;
      throw error;
    }
  };
}

const unpaidStates = orderStates.filter((state) => canChange(state, 'PAID'));

async function hasTooManyUnpaid(
  orders: OrderCollection,
  { travellerId, homestayId }: Order,
  { maxUnpaid, maxUnpaidAtHomestay }: UnpaidLimits,
  session: ClientSession,
): Promise<boolean> {
  const unpaid = await orders
    .find({ travellerId, state: { $in: unpaidStates } }, { session, limit: maxUnpaid })
    .project<{ homestayId: string }>({ homestayId: 1 })
    .toArray();
  const atHomestay = unpaid.filter((order) => order.homestayId === homestayId);
  return unpaid.length >= maxUnpaid || atHomestay.length >= maxUnpaidAtHomestay;
}

async function insert(outcome: Placed, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isDuplicateKey(error) ? new NotPlaced(outcome) : error;
  }
}
