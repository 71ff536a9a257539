import type { ClientSession } from 'mongodb';
import { inTurn } from '../../../runtime/in-turn.ts';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import { originNow } from '../../../runtime/origin.ts';
import type { Order } from '../domain/order.ts';
import { canChange, orderStates } from '../domain/state.ts';
import type { NightStore } from './nights.ts';
import { type OrderCollection, type OrderDocument, toDocument } from './order-document.ts';
import { openOrderKeys } from './order-keys.ts';

/** How placing an order ended. Unless it is placed, nothing is stored. */
export type Placed = 'placed' | 'nights taken' | 'order key taken' | 'too many unpaid';

/** How many unpaid orders one traveller may have. */
export type UnpaidLimits = { maxUnpaid: number; maxUnpaidAtHomestay: number };

const noLimits: UnpaidLimits = { maxUnpaid: 1_000_000, maxUnpaidAtHomestay: 1_000_000 };

/**
 * One document for each traveller. Every placing writes it, so two placings of one traveller
 * conflict and one waits.
 */
type TravellerDocument = {
  _id: string;
  placed: number;
  /** The latest orders that were unpaid when this was last looked at, and all that came since. */
  unpaid?: string[];
};

/** Of more unpaid orders than these we do not know: a limit above it is none. */
const maxNoted = 1_000;

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
  const keys = openOrderKeys(database.db);
  const turn = inTurn();

  /** Notes the order at its traveller, unless there are too many unpaid ones. */
  const note = async (order: Order, limits: UnpaidLimits, session: ClientSession) => {
    const _id = order.travellerId;
    const unpaid = { $each: [order.sn], $slice: -maxNoted };
    const noted = await insert('order key taken', () =>
      travellers.findOneAndUpdate(
        { _id },
        { $inc: { placed: 1 }, $push: { unpaid } },
        { session, upsert: true },
      ),
    );
    const before = noted?.unpaid ?? [];
    if (before.length < Math.min(limits.maxUnpaid, limits.maxUnpaidAtHomestay)) return;
    const still = await unpaidOf(orders, before, session);
    if (isTooMany(still, order, limits)) throw new NotPlaced('too many unpaid');
    const sns = [...still.map(({ _id: sn }) => sn), order.sn];
    await travellers.updateOne({ _id }, { $set: { unpaid: sns } }, { session });
  };

  const place = async (order: Order, limits: UnpaidLimits, session: ClientSession) => {
    // First what most often stands in the way: nobody has looked whether the nights are free.
    await insert('nights taken', () => holdNights(order, session));
    await note(order, limits, session);
    await insert('order key taken', () => keys.take(order, session));
    await insert('order key taken', () =>
      orders.insertOne(withOrigin(toDocument(order)), { session }),
    );
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

/** The request that places an order is noted in the first entry of its history. */
const withOrigin = (document: OrderDocument): OrderDocument => ({
  ...document,
  history: document.history.map((change) => ({ ...change, ...originNow() })),
});

const unpaidStates = orderStates.filter((state) => canChange(state, 'PAID'));

type Unpaid = { _id: string; homestayId: string };

/** Those of these orders that are not paid and not closed. */
const unpaidOf = (
  orders: OrderCollection,
  sns: readonly string[],
  session: ClientSession,
): Promise<Unpaid[]> =>
  orders
    .find({ _id: { $in: [...sns] }, state: { $in: unpaidStates } }, { session })
    .project<Unpaid>({ homestayId: 1 })
    .toArray();

function isTooMany(
  unpaid: readonly Unpaid[],
  { homestayId }: Order,
  { maxUnpaid, maxUnpaidAtHomestay }: UnpaidLimits,
): boolean {
  const atHomestay = unpaid.filter((order) => order.homestayId === homestayId);
  return unpaid.length >= maxUnpaid || atHomestay.length >= maxUnpaidAtHomestay;
}

async function insert<T>(outcome: Placed, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw isDuplicateKey(error) ? new NotPlaced(outcome) : error;
  }
}
