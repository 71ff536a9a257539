import type { ClientSession, Collection, Db, Filter, UpdateFilter } from 'mongodb';
import { type EndedRefundState, type Refund, refundStatesBefore } from '../domain/refund.ts';
import type { Claims } from './claims.ts';

/** A refund as it is stored: its serial number is its key. */
type RefundDocument = Omit<Refund, 'sn'> & { _id: string };
type RefundCollection = Collection<RefundDocument>;

const toRefund = ({ _id, ...rest }: RefundDocument): Refund => ({ sn: _id, ...rest });
const toRefundOrNull = (document: RefundDocument | null): Refund | null =>
  document && toRefund(document);

export type Refunds = ReturnType<typeof openRefunds>;

/** The refunds, one document each. */
export function openRefunds(db: Db, claims: Claims) {
  const refunds: RefundCollection = db.collection('refunds');
  return { ...readRefunds(refunds), ...writeRefunds(refunds, claims) };
}

/** All that is read of refunds. */
function readRefunds(refunds: RefundCollection) {
  return {
    refund: async (sn: string) => toRefundOrNull(await refunds.findOne({ _id: sn })),

    openRefundOf: async (paymentSn: string) =>
      toRefundOrNull(await refunds.findOne({ paymentSn, open: true })),

    refundsBySn: async (sns: readonly string[]) =>
      (await refunds.find({ _id: { $in: [...sns] } }).toArray()).map(toRefund),

    /** All refunds of these orders, oldest first. */
    async refundsOfOrders(orderSns: readonly string[]): Promise<Refund[]> {
      const found = refunds.find({ orderSn: { $in: [...orderSns] } });
      return (await found.sort({ createdAt: 1, _id: 1 }).toArray()).map(toRefund);
    },

    /** Refunds with something left to do by now: they are open, or their order does not know how they ended. */
    async refundsToProcess(now: Date, limit: number): Promise<string[]> {
      const left = [
        { open: true, nextTryAt: { $lte: now } },
        { open: false, orderTold: false },
      ];
      return (await refunds.find({ $or: left }).limit(limit).toArray()).map(({ _id }) => _id);
    },
  };
}

/** Every write to refunds. Each is a compare-and-set that returns null if another one came first. */
function writeRefunds(refunds: RefundCollection, claims: Claims) {
  const update = async (
    filter: Filter<RefundDocument>,
    change: UpdateFilter<RefundDocument>,
    session?: ClientSession,
  ) =>
    toRefundOrNull(
      await refunds.findOneAndUpdate(filter, change, {
        returnDocument: 'after',
        ...(session ? { session } : {}),
      }),
    );
  return {
    /** @throws a duplicate key error if the payment has an open refund */
    insertRefund: async ({ sn, ...rest }: Refund, session: ClientSession): Promise<void> => {
      await claims.take(rest.paymentSn, sn, session);
      await refunds.insertOne({ _id: sn, ...rest }, { session });
    },

    /** The order has consented, or the provider has it. */
    moveRefund: (sn: string, to: 'APPROVED' | 'SENT') =>
      update({ _id: sn, state: { $in: refundStatesBefore(to) } }, { $set: { state: to } }),

    /** It has ended; null if it had ended before. The order is not told of a refund that it declined itself. */
    async endRefund(sn: string, to: EndedRefundState, settledAt: Date, session: ClientSession) {
      const told = to === 'DECLINED' ? { orderTold: true } : {};
      const ended = await update(
        { _id: sn, state: { $in: refundStatesBefore(to) } },
        { $set: { state: to, open: false, settledAt, ...told } },
        session,
      );
      if (ended) await claims.release(ended.paymentSn, sn, session);
      return ended;
    },

    /** The provider is asked now, and again then unless the refund has ended by that time. */
    retryRefundAt: async (sn: string, nextTryAt: Date): Promise<void> => {
      await update({ _id: sn, open: true }, { $set: { nextTryAt }, $inc: { attempts: 1 } });
    },

    markOrderToldOfRefund: async (sn: string): Promise<void> => {
      await update({ _id: sn }, { $set: { orderTold: true } });
    },
  };
}
