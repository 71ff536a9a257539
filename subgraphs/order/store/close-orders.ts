import { type ClientSession, type Filter, MongoServerError } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { DueOrders } from '../domain/due-orders.ts';
import { transitions } from '../domain/state.ts';
import { intoNextState } from './change-orders.ts';
import type { NightStore } from './nights.ts';
import type { OrderCollection, OrderDocument } from './order-document.ts';

/** Closing of unpaid orders in bulk. */
export function closeOrders(
  database: Database,
  orders: OrderCollection,
  { freeNights }: Pick<NightStore, 'freeNights'>,
) {
  /** Due orders, by their serial numbers. */
  const dueOrders = (which: DueOrders, session?: ClientSession): Promise<string[]> =>
    orders
      .find(filterOf(which), { session, projection: { _id: 1 }, limit: which.limit })
      .map(({ _id }) => _id)
      .toArray();

  const close = async (which: DueOrders, session: ClientSession): Promise<number> => {
    const due = await dueOrders(which, session);
    if (due.length === 0) return 0;
    await orders.updateMany(
      { _id: { $in: due }, state: transitions.DEADLINE_PASSED.from },
      intoNextState('DEADLINE_PASSED', which.now),
      { session },
    );
    await freeNights(due, session);
    return due.length;
  };

  return {
    dueOrders: (which: DueOrders) => dueOrders(which),

    /**
     * Closes due orders and frees their nights, in one transaction.
     * @returns how many; an error if the database refuses to change one of the documents, and then
     *   none is changed
     */
    async closeDue(which: DueOrders): Promise<number | Error> {
      try {
        return await database.transaction((session) => close(which, session));
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
