import { type ClientSession, type Filter, MongoServerError } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { ClosedOrder, DueOrders } from '../domain/due-orders.ts';
import { placedBy } from '../domain/order.ts';
import { transitions } from '../domain/state.ts';
import { intoNextState } from './change-orders.ts';
import type { NightStore, OrderedNights } from './nights.ts';
import type { OrderCollection, OrderDocument } from './order-document.ts';

/** Told of orders that are closed now, and of the time by the database's clock. */
export type OnClosed = (kind: DueOrders['kind'], closed: readonly ClosedOrder[], now: Date) => void;

type DueOrder = ClosedOrder & OrderedNights;
const unpaid = transitions.DEADLINE_PASSED.from;
const projection = { closeAt: 1, homestayId: 1, checkIn: 1, checkOut: 1, 'history.origin': 1 };

/** Closing of unpaid orders in bulk. */
export function closeOrders(
  database: Database,
  orders: OrderCollection,
  { freeNights }: Pick<NightStore, 'freeNights'>,
  onClosed: OnClosed = () => {},
) {
  const close = async (
    which: DueOrders,
    sns: readonly string[],
    session: ClientSession,
  ): Promise<ClosedOrder[]> => {
    const due: DueOrder[] = await orders
      .find({ ...filterOf(which), _id: { $in: [...sns] } }, { session, projection })
      .map(({ _id: sn, history, ...known }) => ({ sn, ...known, placedBy: placedBy({ history }) }))
      .toArray();
    if (due.length === 0) return due;
    await orders.updateMany(
      { _id: { $in: due.map(({ sn }) => sn) }, state: unpaid },
      intoNextState('DEADLINE_PASSED', which.now),
      { session },
    );
    await freeNights(due, session);
    return due;
  };

  return {
    /** The serial numbers of due orders, all but those that are left out. */
    dueOrders: (which: DueOrders, except: readonly string[], limit: number): Promise<string[]> =>
      orders
        .find(
          { ...filterOf(which), ...(except.length > 0 ? { _id: { $nin: [...except] } } : {}) },
          { projection: { _id: 1 }, limit },
        )
        .map(({ _id }) => _id)
        .toArray(),

    /**
     * Closes those of these orders that are still due and frees their nights, in one transaction.
     * @returns how many; an error if the database refuses to change one of the documents, and then
     *   none is changed
     */
    async closeDue(which: DueOrders, sns: readonly string[]): Promise<number | Error> {
      try {
        const closed = await database.transaction((session) => close(which, sns, session));
        if (closed.length > 0) onClosed(which.kind, closed, await database.now());
        return closed.length;
      } catch (error) {
        if (isFaultOfDocument(error)) return error;
        throw error;
      }
    },
  };
}

const filterOf = ({ kind, until }: DueOrders): Filter<OrderDocument> =>
  kind === 'due'
    ? { state: unpaid, closeAt: { $lte: until }, attempt: { $exists: false } }
    : { state: unpaid, 'attempt.closeFrom': { $lte: until } };

const transient = [
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
  'RetryableWriteError',
];

/** The server itself refuses the change, and would do so again. */
const isFaultOfDocument = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && !transient.some((label) => error.hasErrorLabel(label));
