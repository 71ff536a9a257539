import type { ClientSession, Collection, Db, Filter } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo.ts';
import { type OrderAnswer, type Payment, type PaymentState, statesBefore } from '../domain/payment.ts';

type PaymentDocument = Omit<Payment, 'sn'> & { _id: string; checkAt: Date; version: number };

const toPayment = ({ _id, checkAt: _, version: __, ...rest }: PaymentDocument): Payment => ({ sn: _id, ...rest });
const orNone = (document: PaymentDocument | null): Payment | undefined => (document ? toPayment(document) : undefined);

/** The payments, one document each. Every change of state is one conditional write; its loser gets undefined. */
export type PaymentStore = ReturnType<typeof paymentStore>;

export function paymentStore(db: Db) {
  const payments: Collection<PaymentDocument> = db.collection('payments');

  const update = async (filter: Filter<PaymentDocument>, set: Partial<PaymentDocument>, session?: ClientSession) =>
    orNone(
      await payments.findOneAndUpdate(
        filter,
        { $set: set, $inc: { version: 1 } },
        { returnDocument: 'after', ...(session ? { session } : {}) },
      ),
    );
  const change = (sn: string, to: PaymentState, set: Partial<PaymentDocument>, session?: ClientSession) =>
    update({ _id: sn, state: { $in: statesBefore(to) } }, { ...set, state: to }, session);

  return {
    async prepare(): Promise<void> {
      await payments.createIndexes([
        { key: { orderSn: 1 }, name: 'one_live_per_order', unique: true, partialFilterExpression: { live: true } },
        { key: { orderSn: 1, createdAt: -1 }, name: 'of_order' },
        { key: { state: 1, checkAt: 1 }, name: 'to_check' },
        { key: { paidAt: 1 }, name: 'paid_at' },
      ]);
    },

    /** Stores a new payment. What can be in its way: another live payment of the order, or one with its serial number. */
    async insert({ sn, ...rest }: Payment): Promise<'inserted' | 'live payment exists' | 'sn taken'> {
      try {
        await payments.insertOne({ _id: sn, ...rest, checkAt: rest.createdAt, version: 1 });
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
      const found = payments.find({ orderSn: { $in: [...orderSns] } }).sort({ createdAt: -1, _id: -1 });
      return (await found.toArray()).map(toPayment);
    },

    /** Keeps what the client needs to pay; undefined where the payment is over meanwhile. */
    saveInstructions: (sn: string, begun: Pick<Payment, 'instructions' | 'providerRef'>) =>
      update({ _id: sn, state: 'WAIT' }, begun),

    succeed: (sn: string, paidAt: Date) =>
      update(
        { _id: sn, state: { $in: statesBefore('SUCCESS') }, paidAt: { $exists: false } },
        { state: 'SUCCESS', paidAt },
      ),
    fail: (sn: string) => change(sn, 'FAILED', { live: false }),
    close: (sn: string) => change(sn, 'CLOSED', { live: false }),

    /** Keeps the order's answer to the money; undefined where there is one already. */
    saveOrderAnswer: (sn: string, orderAnswer: OrderAnswer, session: ClientSession) =>
      update(
        { _id: sn, state: 'SUCCESS', orderAnswer: { $exists: false } },
        { orderAnswer, ...(orderAnswer === 'REFUSED' ? { live: false } : {}) },
        session,
      ),

    /** Sets an amount aside for a refund; undefined where less than that is left of the money. */
    reserveRefund: async (sn: string, amount: number, session: ClientSession) =>
      orNone(
        await payments.findOneAndUpdate(
          {
            _id: sn,
            state: { $in: statesBefore('REFUNDING') },
            $expr: { $lte: [{ $add: ['$refunded', amount] }, '$amount'] },
          },
          { $set: { state: 'REFUNDING' }, $inc: { refunded: amount, version: 1 } },
          { returnDocument: 'after', session },
        ),
      ),

    refundSucceeded: (sn: string, session: ClientSession) => change(sn, 'REFUNDED', { live: false }, session),

    /** A refund came to nothing: its amount is free again. */
    async refundFailed(sn: string, amount: number, session: ClientSession): Promise<void> {
      const rest = { $subtract: ['$refunded', amount] };
      const state = { $cond: [{ $gt: [rest, 0] }, 'REFUNDED', 'SUCCESS'] };
      const set = { refunded: rest, state, version: { $add: ['$version', 1] } };
      await payments.updateOne({ _id: sn, state: 'REFUNDING' }, [{ $set: set }], { session });
    },

    /** Payments whose money the order does not know of. */
    async toTell(limit: number): Promise<string[]> {
      const found = payments.find({ state: 'SUCCESS', orderAnswer: { $exists: false } }).limit(limit);
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

    /** Takes the waiting payments about which the provider is to be asked by now; their next turn is at `again`. */
    async takeToCheck(now: Date, again: Date, limit: number): Promise<Payment[]> {
      const found = await payments
        .find({ state: 'WAIT', checkAt: { $lte: now } })
        .limit(limit)
        .toArray();
      const ids = found.map(({ _id }) => _id);
      await payments.updateMany({ _id: { $in: ids }, state: 'WAIT' }, { $set: { checkAt: again } });
      return found.map(toPayment);
    },

    /** Payments whose money arrived since then, page by page in the order of their serial numbers. */
    async paidSince(since: Date, afterSn: string, limit: number): Promise<Payment[]> {
      const found = payments
        .find({ paidAt: { $gte: since }, _id: { $gt: afterSn } })
        .sort({ _id: 1 })
        .limit(limit);
      return (await found.toArray()).map(toPayment);
    },
  };
}
