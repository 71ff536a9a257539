import { type ClientSession, type Filter, MongoServerError } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { ClosedOrder, DueOrders } from '../domain/due-orders.ts';
import { transitions } from '../domain/state.ts';
import { intoNextState } from './change-orders.ts';
import type { NightStore, OrderedNights } from './nights.ts';
import type { OrderCollection, OrderDocument } from './order-document.ts';

/** Told of orders that are closed now, and of the time by the database's clock. */
export type OnClosed = (kind: DueOrders['kind'], closed: readonly ClosedOrder[], now: Date) => void;

type DueOrder = ClosedOrder & OrderedNights;
const projection = { closeAt: 1, homestayId: 1, checkIn: 1, checkOut: 1 };

/** Closing of unpaid orders in bulk. */
export function closeOrders(
  database: Database,
  orders: OrderCollection,
  { freeNights }: Pick<NightStore, 'freeNights'>,
  onClosed: OnClosed = () => {},
) {
  const dueOrders = (which: DueOrders, session?: ClientSession): Promise<DueOrder[]> =>
    orders
      .find(filterOf(which), { session, projection, limit: which.limit })
      .map(({ _id: sn, ...known }) => ({ sn, ...known }))
      .toArray();

  const close = async (which: DueOrders, session: ClientSession): Promise<ClosedOrder[]> => {
    const due = await dueOrders(which, session);
    const sns = due.map(({ sn }) => sn);
    if (due.length === 0) return due;
    await orders.updateMany(
      { _id: { $in: sns }, state: transitions.DEADLINE_PASSED.from },
      intoNextState('DEADLINE_PASSED', which.now),
      { session },
    );
    await freeNights(due, session);
    return due;
  };

  return {
    /** Due orders, by their serial numbers. */
    dueOrders: async (which: DueOrders) => (await dueOrders(which)).map(({ sn }) => sn),

    /**
     * Closes due orders and frees their nights, in one transaction.
     * @returns how many; an error if the database refuses to change one of the documents, and then
     *   none is changed
     */
    async closeDue(which: DueOrders): Promise<number | Error> {
      try {
        const closed = await database.transaction((session) => close(which, session));
        if (closed.length > 0) onClosed(which.kind, closed, await database.now());
        return closed.length;
      } catch (error) {
        if (isFaultOfDocument(error)) return error;
        throw error;
      }
    },
  };
}

function filterOf({ kind, until, only, except }: DueOrders): Filter<OrderDocument> {
  const filter: Filter<OrderDocument> = { state: transitions.DEADLINE_PASSED.from };
  if (only) filter._id = { $in: [...only] };
  else if (except.length > 0) filter._id = { $nin: [...except] };
  return kind === 'due'
    ? { ...filter, closeAt: { $lte: until }, attempt: { $exists: false } }
    : { ...filter, 'attempt.closeFrom': { $lte: until } };
}

const transient = [
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
  'RetryableWriteError',
];

/** The server itself refuses the change, and would do so again. */
const isFaultOfDocument = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && !transient.some((label) => error.hasErrorLabel(label));
