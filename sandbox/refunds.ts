import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongodb';
import type { Database } from '../runtime/mongo.ts';
import type { DeliveryPlan } from './behaviour.ts';
import type { Deliveries } from './deliveries.ts';
import type { SandboxPayment } from './payments.ts';

export type SandboxRefundState = 'WAIT' | 'SUCCESS' | 'FAILED';

/** A refund as the sandbox keeps it. */
export type SandboxRefund = {
  _id: string;
  paymentSn: string;
  amount: number;
  currency: string;
  state: SandboxRefundState;
  /**
   * The merchant asked for it. Otherwise it was made on the provider's own page, or by a dispute.
   */
  byMerchant: boolean;
  createdAt: Date;
};

export type NewSandboxRefund = Pick<SandboxRefund, '_id' | 'paymentSn' | 'amount' | 'state'>;

const pageSize = 100;

/** The refunds, with the webhooks that their events send. */
export function openRefunds(database: Database, deliveries: Deliveries) {
  const { db, now, transaction } = database;
  const payments = db.collection<SandboxPayment>('payments');
  const refunds = db.collection<SandboxRefund>('refunds');

  /** Takes the amount off what is left; null if less is left. */
  const reserve = (paymentSn: string, amount: number, session: ClientSession) => {
    const left = { $lte: [{ $add: ['$refunded', amount] }, '$paid.amount'] };
    const filter = { _id: paymentSn, state: 'SUCCESS' as const, $expr: left };
    return payments.findOneAndUpdate(filter, { $inc: { refunded: amount } }, { session });
  };
  const insert = (wanted: NewSandboxRefund, byMerchant: boolean, plan: DeliveryPlan) =>
    transaction(async (session) => {
      const before = await refunds.findOne({ _id: wanted._id }, { session });
      if (before) return before;
      const payment = await reserve(wanted.paymentSn, wanted.amount, session);
      if (!payment?.paid) return null;
      const { currency } = payment.paid;
      const refund = { ...wanted, currency, byMerchant, createdAt: await now() };
      await refunds.insertOne(refund, { session });
      if (refund.state !== 'WAIT')
        await deliveries.add(payment.notifyUrl, refundEvent(refund), plan, session);
      return refund;
    });

  const settle = (sn: string, state: 'SUCCESS' | 'FAILED', plan: DeliveryPlan) =>
    transaction(async (session) => {
      const refund = await refunds.findOne({ _id: sn }, { session });
      if (!refund || refund.state === state) return refund;
      const { paymentSn, amount } = refund;
      const change = state === 'FAILED' ? -amount : refund.state === 'FAILED' ? amount : 0;
      const payment = await reserve(paymentSn, change, session);
      if (!payment) return null;
      await refunds.updateOne({ _id: sn }, { $set: { state } }, { session });
      const settled = { ...refund, state };
      await deliveries.add(payment.notifyUrl, refundEvent(settled), plan, session);
      return settled;
    });

  return {
    find: (sn: string) => refunds.findOne({ _id: sn }),

    /** Refunds that were made since then, after this name. */
    since: (since: Date, after: string) =>
      refunds
        .find({ createdAt: { $gte: since }, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(pageSize)
        .toArray(),

    /** Refunds of one payment, after this name. */
    ofPayment: (paymentSn: string, after: string) =>
      refunds
        .find({ paymentSn, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(pageSize)
        .toArray(),

    /** Refunds money, once per serial number. Null if less than the amount is left. */
    refund: (wanted: NewSandboxRefund, plan: DeliveryPlan) => insert(wanted, true, plan),

    /** Money that goes back without the merchant's doing. */
    refundByProvider: (paymentSn: string, amount: number, plan: DeliveryPlan) =>
      insert({ _id: `sbx_${randomUUID()}`, paymentSn, amount, state: 'SUCCESS' }, false, plan),

    /**
     * Settles a refund, whatever it was before: a bank can send money back weeks after it was
     * refunded. Null if there is no such refund, or if it would succeed with more than is left.
     */
    settle,

    /** The bank sends back what was refunded of a payment. */
    async sendBack(paymentSn: string, plan: DeliveryPlan): Promise<void> {
      const gone = await refunds.find({ paymentSn, state: 'SUCCESS' }).toArray();
      for (const { _id } of gone) await settle(_id, 'FAILED', plan);
    },
  };
}

/** A refund as the merchant sees it. */
export const refundView = ({ _id, paymentSn, amount, currency, ...refund }: SandboxRefund) => ({
  ...(refund.byMerchant ? { sn: _id } : {}),
  ref: _id,
  paymentSn,
  amount,
  currency,
  state: refund.state,
});

const refundEvent = (refund: SandboxRefund) => {
  const { state, ...view } = refundView(refund);
  return { about: 'refund', ...view, refund: { state } };
};
