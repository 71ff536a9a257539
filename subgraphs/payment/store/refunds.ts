import type { ClientSession, Collection, Db } from 'mongodb';
import { type Refund, refundStatesBefore } from '../domain/refund.ts';
import { claims } from './claims.ts';

type RefundDocument = Omit<Refund, 'sn'> & { _id: string };

const toRefund = ({ _id, ...rest }: RefundDocument): Refund => ({ sn: _id, ...rest });
const orNone = (document: RefundDocument | null): Refund | undefined =>
  document ? toRefund(document) : undefined;

/** The refunds, one document each. Every change of state is one conditional write; its loser gets undefined. */
export type RefundStore = ReturnType<typeof refundStore>;

export function refundStore(db: Db) {
  const refunds: Collection<RefundDocument> = db.collection('refunds');
  const open = claims(db);
  return {
    async prepare(): Promise<void> {
      await refunds.createIndexes([
        { key: { paymentSn: 1, open: 1 }, name: 'of_payment' },
        { key: { orderSn: 1, createdAt: 1 }, name: 'of_order' },
        { key: { open: 1, nextTryAt: 1 }, name: 'to_advance' },
        { key: { orderTold: 1, open: 1 }, name: 'to_tell' },
      ]);
    },

    /** Stores a new refund. Throws a duplicate key where another one of the payment is under way. */
    insert: async ({ sn, ...rest }: Refund, session: ClientSession): Promise<void> => {
      await open.take(rest.paymentSn, sn, session);
      await refunds.insertOne({ _id: sn, ...rest }, { session });
    },

    find: async (sn: string) => orNone(await refunds.findOne({ _id: sn })),
    findOpen: async (paymentSn: string) => orNone(await refunds.findOne({ paymentSn, open: true })),

    findMany: async (sns: readonly string[]) =>
      (await refunds.find({ _id: { $in: [...sns] } }).toArray()).map(toRefund),

    /** All refunds of these orders, the oldest first. */
    async ofOrders(orderSns: readonly string[]): Promise<Refund[]> {
      const found = refunds
        .find({ orderSn: { $in: [...orderSns] } })
        .sort({ createdAt: 1, _id: 1 });
      return (await found.toArray()).map(toRefund);
    },

    /** On its way: it was approved, or the provider has it. */
    advance: async (sn: string, to: 'APPROVED' | 'SENT') =>
      orNone(
        await refunds.findOneAndUpdate(
          { _id: sn, state: { $in: refundStatesBefore(to) } },
          { $set: { state: to } },
        ),
      ),

    /** It is over: undefined where it was over before. */
    async end(
      sn: string,
      to: 'SUCCESS' | 'FAILED' | 'DECLINED',
      settledAt: Date,
      session: ClientSession,
    ) {
      const set = {
        state: to,
        open: false,
        settledAt,
        ...(to === 'DECLINED' ? { orderTold: true } : {}),
      };
      const before = { _id: sn, state: { $in: refundStatesBefore(to) } };
      const ended = orNone(
        await refunds.findOneAndUpdate(before, { $set: set }, { returnDocument: 'after', session }),
      );
      if (ended) await open.release(ended.paymentSn, sn, session);
      return ended;
    },

    /** The provider was asked in vain, or has not finished: it is asked again then. */
    tryLater: async (sn: string, nextTryAt: Date): Promise<void> => {
      await refunds.updateOne(
        { _id: sn, open: true },
        { $set: { nextTryAt }, $inc: { attempts: 1 } },
      );
    },

    orderTold: async (sn: string): Promise<void> => {
      await refunds.updateOne({ _id: sn }, { $set: { orderTold: true } });
    },

    /** Refunds with something left to do by now: under way, or over and the order does not know. */
    async toAdvance(now: Date, limit: number): Promise<string[]> {
      const left = [
        { open: true, nextTryAt: { $lte: now } },
        { open: false, orderTold: false },
      ];
      return (await refunds.find({ $or: left }).limit(limit).toArray()).map(({ _id }) => _id);
    },
  };
}
