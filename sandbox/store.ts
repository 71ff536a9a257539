import { randomBytes, randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongodb';
import { type Database, isDuplicateKey } from '../runtime/mongo.ts';

export type SandboxState = 'WAIT' | 'SUCCESS' | 'FAILED' | 'CLOSED';

/** A payment as the sandbox keeps it. */
export type SandboxPayment = {
  _id: string;
  /** What the page's address ends with; nobody can guess it. */
  key: string;
  state: SandboxState;
  amount: number;
  currency: string;
  description: string;
  notifyUrl: string;
  expiresAt: Date;
  paidAt?: Date;
  refunded: number;
};

export type SandboxRefund = {
  _id: string;
  paymentSn: string;
  amount: number;
  currency: string;
  state: 'WAIT' | 'SUCCESS' | 'FAILED';
};

/** A notification on its way: sent at `dueAt`, and again until it is answered with an OK. */
export type Delivery = { _id: string; url: string; body: string; dueAt: Date; attempts: number };

/** How the notifications of one event are delivered: how often, and how long after it. */
export type DeliveryPlan = { times: number; delayMs: number };
export const promptly: DeliveryPlan = { times: 1, delayMs: 0 };

export type SandboxStore = Awaited<ReturnType<typeof openSandboxStore>>;

export async function openSandboxStore({ db, transaction, now }: Database) {
  const payments = db.collection<SandboxPayment>('payments');
  const refunds = db.collection<SandboxRefund>('refunds');
  const deliveries = db.collection<Delivery>('deliveries');
  await payments.createIndex({ key: 1 }, { unique: true });
  await deliveries.createIndex({ dueAt: 1 });

  const announce = async (
    url: string,
    fact: object,
    { times, delayMs }: DeliveryPlan,
    session: ClientSession,
  ) => {
    if (times === 0) return;
    const dueAt = new Date((await now()).getTime() + delayMs);
    const body = JSON.stringify({ id: randomUUID(), ...fact });
    const copies = Array.from({ length: times }, () => ({
      _id: randomUUID(),
      url,
      body,
      dueAt,
      attempts: 0,
    }));
    await deliveries.insertMany(copies, { session });
  };

  return {
    now,
    find: (sn: string) => payments.findOne({ _id: sn }),
    findByKey: (key: string) => payments.findOne({ key }),
    findRefund: (sn: string) => refunds.findOne({ _id: sn }),

    /** Keeps a new payment; one of that serial number that is there already stays as it is. */
    async begin(
      payment: Omit<SandboxPayment, 'key' | 'state' | 'refunded'>,
    ): Promise<SandboxPayment> {
      const fresh = {
        ...payment,
        key: randomBytes(16).toString('base64url'),
        state: 'WAIT' as const,
        refunded: 0,
      };
      await payments.insertOne(fresh).catch((error) => {
        if (!isDuplicateKey(error)) throw error;
      });
      return (await payments.findOne({ _id: payment._id })) as SandboxPayment;
    },

    /** Closes a payment that waits; one that is over stays as it is. */
    async close(sn: string): Promise<SandboxPayment | null> {
      await payments.updateOne({ _id: sn, state: 'WAIT' }, { $set: { state: 'CLOSED' } });
      return payments.findOne({ _id: sn });
    },

    /** A person pays or fails, if the payment waits and has not expired; the notification belongs to the same write. */
    settle: (sn: string, state: 'SUCCESS' | 'FAILED', plan: DeliveryPlan) =>
      transaction(async (session) => {
        const at = await now();
        const set = { state, ...(state === 'SUCCESS' ? { paidAt: at } : {}) };
        const settled = await payments.findOneAndUpdate(
          { _id: sn, state: 'WAIT', expiresAt: { $gt: at } },
          { $set: set },
          { session, returnDocument: 'after' },
        );
        if (settled) await announce(settled.notifyUrl, paymentFact(settled), plan, session);
        return settled;
      }),

    /** Sends word of a payment once more, as it stands or as it once stood. */
    notify: (payment: SandboxPayment, plan: DeliveryPlan) =>
      transaction((session) => announce(payment.notifyUrl, paymentFact(payment), plan, session)),

    /** Gives money back, once per serial number, now or when it is settled; undefined where less than that is left. */
    refund: (wanted: Omit<SandboxRefund, 'currency'>, plan: DeliveryPlan) =>
      transaction(async (session) => {
        const before = await refunds.findOne({ _id: wanted._id }, { session });
        if (before) return before;
        const { paymentSn, amount } = wanted;
        const left = { $lte: [{ $add: ['$refunded', amount] }, '$amount'] };
        const filter = { _id: paymentSn, state: 'SUCCESS' as const, $expr: left };
        const payment = await payments.findOneAndUpdate(
          filter,
          { $inc: { refunded: amount } },
          { session },
        );
        if (!payment) return undefined;
        const refund: SandboxRefund = { ...wanted, currency: payment.currency };
        await refunds.insertOne(refund, { session });
        if (refund.state !== 'WAIT')
          await announce(payment.notifyUrl, refundFact(refund), plan, session);
        return refund;
      }),

    /** Ends a refund that waits. Where it fails, the money is held as before. */
    settleRefund: (sn: string, state: 'SUCCESS' | 'FAILED', plan: DeliveryPlan) =>
      transaction(async (session) => {
        const change = { $set: { state } };
        const options = { session, returnDocument: 'after' } as const;
        const refund = await refunds.findOneAndUpdate({ _id: sn, state: 'WAIT' }, change, options);
        if (!refund) return undefined;
        const back = state === 'FAILED' ? refund.amount : 0;
        const found = { _id: refund.paymentSn };
        const payment = await payments.findOneAndUpdate(
          found,
          { $inc: { refunded: -back } },
          { session },
        );
        if (payment) await announce(payment.notifyUrl, refundFact(refund), plan, session);
        return refund;
      }),

    dueDeliveries: async () =>
      deliveries
        .find({ dueAt: { $lte: await now() } })
        .limit(50)
        .toArray(),
    delivered: (id: string) => deliveries.deleteOne({ _id: id }),
    deliverLater: (id: string, dueAt: Date) =>
      deliveries.updateOne({ _id: id }, { $set: { dueAt }, $inc: { attempts: 1 } }),
  };
}

/** What a payment looks like to the merchant. */
export const paymentView = (
  { state, amount, currency, paidAt }: SandboxPayment,
  payUrl: string,
) => ({
  state,
  payUrl,
  ...(state === 'SUCCESS' ? { amount, currency, paidAt } : {}),
});

const paymentFact = (payment: SandboxPayment) => ({
  about: 'payment',
  sn: payment._id,
  payment: paymentView(payment, ''),
});

const refundFact = ({ _id, amount, currency, state }: SandboxRefund) => ({
  about: 'refund',
  sn: _id,
  amount,
  currency,
  refund: { state },
});
