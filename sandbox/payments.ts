import { randomBytes } from 'node:crypto';
import { type Database, isDuplicateKey } from '../runtime/mongo.ts';
import type { DeliveryPlan } from './behaviour.ts';
import type { Deliveries } from './deliveries.ts';

export type SandboxPaymentState = 'WAIT' | 'SUCCESS' | 'FAILED' | 'CLOSED';

/** A payment as the sandbox keeps it. Money is in minor units. */
export type SandboxPayment = {
  _id: string;
  /** The page's address ends with it. Nobody can guess it. */
  key: string;
  state: SandboxPaymentState;
  amount: number;
  currency: string;
  description: string;
  notifyUrl: string;
  /** Where the merchant's page is, for the way back. */
  returnUrl?: string | undefined;
  createdAt: Date;
  expiresAt: Date;
  paidAt?: Date;
  /** What was really paid. A test can pay another amount than was asked for. */
  paid?: { amount: number; currency: string };
  refunded: number;
};

export type NewSandboxPayment = Pick<
  SandboxPayment,
  '_id' | 'amount' | 'currency' | 'description' | 'notifyUrl' | 'returnUrl' | 'expiresAt'
>;

/** How a person's payment ends. */
export type Settlement = {
  state: 'SUCCESS' | 'FAILED';
  amount?: number | undefined;
  currency?: string | undefined;
};

const pageSize = 100;

/** The payments, with the webhooks that their events send. */
export function openPayments(database: Database, deliveries: Deliveries) {
  const { db, now, transaction } = database;
  const payments = db.collection<SandboxPayment>('payments');
  const insertOnce = async (payment: SandboxPayment) => {
    await payments.insertOne(payment).catch((error) => {
      if (!isDuplicateKey(error)) throw error;
    });
    return (await payments.findOne({ _id: payment._id })) as SandboxPayment;
  };

  return {
    find: (sn: string) => payments.findOne({ _id: sn }),
    findByKey: (key: string) => payments.findOne({ key }),

    /** Payments that were begun since then, after this serial number. */
    since: (since: Date, after: string) =>
      payments
        .find({ createdAt: { $gte: since }, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(pageSize)
        .toArray(),

    /** Stores a new payment. One of the same serial number stays as it is. */
    begin: async (payment: NewSandboxPayment): Promise<SandboxPayment> =>
      insertOnce({
        ...payment,
        key: randomBytes(16).toString('base64url'),
        createdAt: await now(),
        state: 'WAIT',
        refunded: 0,
      }),

    /** Closes a payment that waits. One that has ended stays as it is. */
    async close(sn: string): Promise<SandboxPayment | null> {
      await payments.updateOne({ _id: sn, state: 'WAIT' }, { $set: { state: 'CLOSED' } });
      return payments.findOne({ _id: sn });
    },

    /** A person pays, or fails to: only a payment that waits and has not expired. */
    settle: (sn: string, { state, ...other }: Settlement, plan: DeliveryPlan) =>
      transaction(async (session) => {
        const at = await now();
        const open = { _id: sn, state: 'WAIT' as const, expiresAt: { $gt: at } };
        const asked = await payments.findOne(open, { session });
        if (!asked) return null;
        const { amount = asked.amount, currency = asked.currency } = other;
        const money = state === 'SUCCESS' ? { paidAt: at, paid: { amount, currency } } : {};
        const settled = { ...asked, state, ...money };
        await payments.updateOne(open, { $set: { state, ...money } }, { session });
        await deliveries.add(settled.notifyUrl, paymentEvent(settled), plan, session);
        return settled;
      }),

    /** Sends a webhook of a payment once more, with its current state or an earlier one. */
    notify: (payment: SandboxPayment, plan: DeliveryPlan) =>
      transaction((session) =>
        deliveries.add(payment.notifyUrl, paymentEvent(payment), plan, session),
      ),
  };
}

/** A payment as the merchant sees it. */
export const paymentView = (payment: SandboxPayment, payUrl: string) => ({
  sn: payment._id,
  state: payment.state,
  payUrl,
  ...(payment.state === 'SUCCESS' ? { ...payment.paid, paidAt: payment.paidAt } : {}),
});

const paymentEvent = (payment: SandboxPayment) => ({
  about: 'payment',
  sn: payment._id,
  payment: paymentView(payment, ''),
});
