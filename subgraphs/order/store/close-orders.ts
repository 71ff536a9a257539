import { type ClientSession, type Filter, MongoServerError } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { DueOrder, DueOrders } from '../domain/due-orders.ts';
import { placedBy } from '../domain/order.ts';
import { transitions } from '../domain/state.ts';
import { intoNextState } from './change-orders.ts';
import type { NightStore } from './nights.ts';
import type { OrderCollection, OrderDocument } from './order-document.ts';

/** Told of orders that are closed now, and of the time by the database's clock. */
export type OnClosed = (kind: DueOrders['kind'], closed: readonly DueOrder[], now: Date) => void;

const unpaid = transitions.DEADLINE_PASSED.from;
const projection = { closeAt: 1, homestayId: 1, checkIn: 1, checkOut: 1, 'history.origin': 1 };

/**
 * Orders of a batch are found by their keys. Without this hint the database tries the index of all
 * that is due too, before every batch. Deletes have none: with a hint the embedded database reads
 * the whole collection.
 */
const byKey = { _id: 1 } as const;

/** Closing of unpaid orders in bulk. */
export function closeOrders(
  database: Database,
  orders: OrderCollection,
  { freeNights }: Pick<NightStore, 'freeNights'>,
  onClosed: OnClosed = () => {},
) {
  const find = (
    filter: Filter<OrderDocument>,
    options: { session: ClientSession } | { limit: number; batchSize: number },
  ): Promise<DueOrder[]> =>
    orders
      .find(filter, { ...options, projection })
      .map(({ _id: sn, history, ...known }) => ({ sn, ...known, placedBy: placedBy({ history }) }))
      .toArray();

  /** @throws NoLongerDue where one of them is not due any more: then none is closed */
  const close = async (
    which: DueOrders,
    due: readonly DueOrder[],
    session: ClientSession,
  ): Promise<readonly DueOrder[]> => {
    if (due.length === 0) return due;
    const { matchedCount } = await orders.updateMany(
      { ...filterOf(which), _id: { $in: due.map(({ sn }) => sn) } },
      intoNextState('DEADLINE_PASSED', which.now),
      { session, hint: byKey },
    );
    if (matchedCount < due.length) throw new NoLongerDue();
    await freeNights(due, session);
    return due;
  };

  /** What is known of an order from a look never changes, but its state may have. */
  const closeKnown = async (which: DueOrders, due: readonly DueOrder[]) => {
    try {
      return await database.transaction((session) => close(which, due, session));
    } catch (error) {
      if (!(error instanceof NoLongerDue)) throw error;
    }
    const filter = { ...filterOf(which), _id: { $in: due.map(({ sn }) => sn) } };
    return database.transaction(async (session) =>
      close(which, await find(filter, { session }), session),
    );
  };

  return {
    /** Due orders, all but those that are left out. */
    dueOrders: (which: DueOrders, except: readonly string[], limit: number): Promise<DueOrder[]> =>
      find(
        { ...filterOf(which), ...(except.length > 0 ? { _id: { $nin: [...except] } } : {}) },
        { limit, batchSize: limit },
      ),

    /**
     * Closes those of these orders that are still due and frees their nights, in one transaction.
     * @returns how many; an error if the database refuses to change one of the documents, and then
     *   none is changed
     */
    async closeDue(which: DueOrders, due: readonly DueOrder[]): Promise<number | Error> {
      try {
        const closed = await closeKnown(which, due);
        if (closed.length > 0) onClosed(which.kind, closed, await database.now());
        return closed.length;
      } catch (error) {
        if (isFaultOfDocument(error)) return error;
        throw error;
      }
    },
  };
}

class NoLongerDue extends Error {}

const filterOf = ({ kind, from, until }: DueOrders): Filter<OrderDocument> =>
  kind === 'due'
    ? {
        state: unpaid,
        closeAt: { ...(from ? { $gte: from } : {}), $lte: until },
        attempt: { $exists: false },
      }
    : { state: unpaid, 'attempt.closeFrom': { $lte: until } };

const transient = [
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
  'RetryableWriteError',
];

/** The server itself refuses the change, and would do so again. */
const isFaultOfDocument = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && !transient.some((label) => error.hasErrorLabel(label));
