import type { ClientSession } from 'mongodb';
import { inBatches } from '../../../runtime/batches.ts';
import { inTurn } from '../../../runtime/in-turn.ts';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import { originNow } from '../../../runtime/origin.ts';
import type { Order } from '../domain/order.ts';
import { canChange, orderStates } from '../domain/state.ts';
import type { NightStore } from './nights.ts';
import { type OrderCollection, type OrderDocument, toDocument } from './order-document.ts';
import { openOrderKeys } from './order-keys.ts';
import { type Placing, placeTogetherIn } from './place-together.ts';
import { noted, travellerCollection, type UnpaidLimits } from './travellers.ts';

export type { UnpaidLimits } from './travellers.ts';

/** How placing an order ended. Unless it is placed, nothing is stored. */
export type Placed = 'placed' | 'nights taken' | 'order key taken' | 'too many unpaid';

const noLimits: UnpaidLimits = { maxUnpaid: 1_000_000, maxUnpaidAtHomestay: 1_000_000 };

/** So many orders go together at most: some hundred documents, of which each is a stay's night. */
const mostTogether = 32;

/** Orders that take longer than this are no longer waited for by those that came after them. */
const patienceMs = 100;

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
  const travellers = travellerCollection(database.db);
  const keys = openOrderKeys(database.db);
  const placeTogether = placeTogetherIn(database, { orders, travellers, keys, holdNights });
  const turn = inTurn();

  /** Notes the order at its traveller, unless there are too many unpaid ones. */
  const note = async (order: Order, limits: UnpaidLimits, session: ClientSession) => {
    const _id = order.travellerId;
    const found = await insert('order key taken', () =>
      travellers.findOneAndUpdate({ _id }, noted(order), { session, upsert: true }),
    );
    const before = found?.unpaid ?? [];
    if (before.length < Math.min(limits.maxUnpaid, limits.maxUnpaidAtHomestay)) return;
    const still = await unpaidOf(orders, before, session);
    if (isTooMany(still, order, limits)) throw new NotPlaced('too many unpaid');
    const sns = [...still.map(({ _id: sn }) => sn), order.sn];
    await travellers.updateOne({ _id }, { $set: { unpaid: sns } }, { session });
  };

  const place = async ({ order, document, limits }: Placing, session: ClientSession) => {
    // First what most often stands in the way: nobody has looked whether the nights are free.
    await insert('nights taken', () => holdNights([order], session));
    await note(order, limits, session);
    await insert('order key taken', () => keys.take([order], session));
    await insert('order key taken', () => orders.insertOne(document, { session }));
  };

  const alone = async (placing: Placing): Promise<Placed> => {
    try {
      await database.transaction((session) => place(placing, session));
      return 'placed';
    } catch (error) {
      if (error instanceof NotPlaced) return error.outcome;
      throw error;
    }
  };

  const join = inBatches({
    most: mostTogether,
    patienceMs,
    async run(batch: readonly Placing[]): Promise<(Placed | 'not together')[]> {
      const [first] = batch;
      if (first && batch.length === 1) return [await alone(first)];
      const outcome = (await placeTogether(batch)) ? 'placed' : 'not together';
      return batch.map(() => outcome);
    },
  });

  return (order: Order, limits: UnpaidLimits = noLimits): Promise<Placed> =>
    turn(order.travellerId, async () => {
      const placing = { order, document: withOrigin(toDocument(order)), limits };
      const outcome = await join(placing);
      return outcome === 'not together' ? alone(placing) : outcome;
    });
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
