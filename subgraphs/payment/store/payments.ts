import type { ClientSession, Collection, Filter } from 'mongodb';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import {
  type OrderAnswer,
  type Payment,
  type PaymentChange,
  type PaymentState,
  statesBefore,
  type VersionedPayment,
} from '../domain/payment.ts';
import { claims } from './claims.ts';

export type PaymentDocument = Omit<Payment, 'sn'> & {
  _id: string;
  askedAt: Date;
  history: PaymentChange[];
};

const toPayment = ({ _id, askedAt: _, history: __, ...rest }: PaymentDocument): Payment => ({
  sn: _id,
  ...rest,
});
export const toVersionedPayment = (document: PaymentDocument): VersionedPayment => ({
  ...toPayment(document),
  version: document.history.length,
  history: document.history,
});
const orNone = (document: PaymentDocument | null): Payment | undefined =>
  document ? toPayment(document) : undefined;

/** The payments, one document each. Every change of state is one conditional write; its loser gets undefined. */
export type PaymentStore = ReturnType<typeof paymentStore>;

export function paymentStore({ db, transaction }: Pick<Database, 'db' | 'transaction'>) {
  const payments: Collection<PaymentDocument> = db.collection('payments');
  const live = claims(db);

  /** One conditional write. What a client can see of it is also kept as a change. */
  const update = async (
    filter: Filter<PaymentDocument>,
    set: Partial<PaymentDocument>,
    { change, session }: { change?: PaymentChange; session?: ClientSession } = {},
  ) =>
    orNone(
      await payments.findOneAndUpdate(
        filter,
        {
          $set: { ...set, ...change },
          ...(change ? { $push: { history: change } } : {}),
          $currentDate: { changedAt: true },
        },
        { returnDocument: 'after', ...(session ? { session } : {}) },
      ),
    );
  const letGo = async (payment: Payment | undefined, session: ClientSession) => {
    if (payment) await live.release(payment.orderSn, payment.sn, session);
    return payment;
  };
  /** Brings it into a state in which it is no longer the order's live payment. */
  const end = async (sn: string, to: PaymentState, session: ClientSession) =>
    letGo(
      await update(
        { _id: sn, state: { $in: statesBefore(to) } },
        { live: false },
        { change: { state: to }, session },
      ),
      session,
    );

  return {
    async prepare(): Promise<void> {
      await payments.createIndexes([
        { key: { orderSn: 1, createdAt: -1 }, name: 'of_order' },
        { key: { state: 1, askedAt: 1 }, name: 'to_ask_about' },
        { key: { paidAt: 1 }, name: 'paid_at' },
      ]);
    },

    /** Stores a new payment. What can be in its way: another live payment of the order, or one with its serial number. */
    async insert({
      sn,
      ...rest
    }: Payment): Promise<'inserted' | 'live payment exists' | 'sn taken'> {
      try {
        await transaction(async (session) => {
          await live.take(rest.orderSn, sn, session);
          await payments.insertOne(
            { _id: sn, ...rest, askedAt: rest.createdAt, history: [{ state: rest.state }] },
            { session },
          );
        });
        return 'inserted';
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return (await payments.findOne({ _id: sn })) ? 'sn taken' : 'live payment exists';
      }
    },

    find: async (sn: string) => orNone(await payments.findOne({ _id: sn })),
    findLive: async (orderSn: string) => orNone(await payments.findOne({ orderSn, live: true })),
    findMany: async (sns: readonly string[]) =>
      (await payments.find({ _id: { $in: [...sns] } }).toArray()).map(toPayment),

    /** All payments of these orders, the latest first. */
    async ofOrders(orderSns: readonly string[]): Promise<Payment[]> {
      const found = payments
        .find({ orderSn: { $in: [...orderSns] } })
        .sort({ createdAt: -1, _id: -1 });
      return (await found.toArray()).map(toPayment);
    },

    /** All payments of one order with their versions, the latest first. */
    versionsOfOrder: async (orderSn: string): Promise<VersionedPayment[]> =>
      (await payments.find({ orderSn }).sort({ createdAt: -1, _id: -1 }).toArray()).map(
        toVersionedPayment,
      ),

    /** Keeps what the client needs to pay; undefined where the payment is over meanwhile. */
    saveInstructions: (sn: string, begun: Pick<Payment, 'instructions' | 'providerRef'>) =>
      update({ _id: sn, state: 'WAIT' }, begun, {
        change: { state: 'WAIT', instructions: begun.instructions },
      }),

    /** The provider's name for it may be new to us: a process can end after it began the payment and before it kept that. */
    succeed: (sn: string, paidAt: Date, providerRef?: string) =>
      update(
        { _id: sn, state: { $in: statesBefore('SUCCESS') }, paidAt: { $exists: false } },
        providerRef ? { providerRef } : {},
        { change: { state: 'SUCCESS', paidAt } },
      ),
    fail: (sn: string) => transaction((session) => end(sn, 'FAILED', session)),
    close: (sn: string) => transaction((session) => end(sn, 'CLOSED', session)),

    /** Keeps the order's answer to the money; undefined where there is one already. */
    async saveOrderAnswer(sn: string, orderAnswer: OrderAnswer, session: ClientSession) {
      const open = { _id: sn, state: 'SUCCESS' as const, orderAnswer: { $exists: false } };
      if (orderAnswer === 'ACCEPTED') return update(open, { orderAnswer }, { session });
      return letGo(await update(open, { orderAnswer, live: false }, { session }), session);
    },

    /** Sets an amount aside for a refund; undefined where less than that is left of the money. */
    reserveRefund: async (sn: string, amount: number, session: ClientSession) =>
      orNone(
        await payments.findOneAndUpdate(
          {
            _id: sn,
            state: { $in: statesBefore('REFUNDING') },
            $expr: { $lte: [{ $add: ['$refunded', amount] }, '$amount'] },
          },
          {
            $set: { state: 'REFUNDING' },
            $push: { history: { state: 'REFUNDING' } },
            $inc: { refunded: amount },
            $currentDate: { changedAt: true },
          },
          { returnDocument: 'after', session },
        ),
      ),

    refundSucceeded: (sn: string, session: ClientSession) => end(sn, 'REFUNDED', session),

    /** A refund came to nothing: its amount is free again. */
    async refundFailed(sn: string, amount: number, session: ClientSession): Promise<void> {
      const rest = { $subtract: ['$refunded', amount] };
      const state = { $cond: [{ $gt: [rest, 0] }, 'REFUNDED', 'SUCCESS'] };
      const history = { $concatArrays: ['$history', [{ state }]] };
      const set = { refunded: rest, state, history, changedAt: '$$NOW' };
      await payments.updateOne({ _id: sn, state: 'REFUNDING' }, [{ $set: set }], { session });
    },

    /** Payments whose money the order does not know of. */
    async toTell(limit: number): Promise<string[]> {
      const found = payments
        .find({ state: 'SUCCESS', orderAnswer: { $exists: false } })
        .limit(limit);
      return (await found.toArray()).map(({ _id }) => _id);
    },

    /** Waiting payments, page by page in the order of their serial numbers. */
    async waiting(afterSn: string, limit: number): Promise<Payment[]> {
      const found = payments
        .find({ state: 'WAIT', _id: { $gt: afterSn } })
        .sort({ _id: 1 })
        .limit(limit);
      return (await found.toArray()).map(toPayment);
    },

    /** Takes waiting payments about which the provider was last asked before `since`: it is asked now. */
    async takeToAsk(since: Date, now: Date, limit: number): Promise<Payment[]> {
      const found = await payments
        .find({ state: 'WAIT', askedAt: { $lte: since } })
        .limit(limit)
        .toArray();
      const ids = found.map(({ _id }) => _id);
      await payments.updateMany({ _id: { $in: ids }, state: 'WAIT' }, { $set: { askedAt: now } });
      return found.map(toPayment);
    },

    /**
     * Payments whose money arrived since then, or is not where it should stay however long ago it arrived; page by
     * page in the order of their serial numbers.
     */
    async paidSince(since: Date, afterSn: string, limit: number): Promise<Payment[]> {
      const unsettled = [
        { state: 'REFUNDING' as const },
        { state: 'SUCCESS' as const, orderAnswer: { $ne: 'ACCEPTED' as const } },
      ];
      const found = payments
        .find({ $or: [{ paidAt: { $gte: since } }, ...unsettled], _id: { $gt: afterSn } })
        .sort({ _id: 1 })
        .limit(limit);
      return (await found.toArray()).map(toPayment);
    },
  };
}
