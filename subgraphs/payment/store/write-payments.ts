import type { ClientSession, Filter } from 'mongodb';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import {
  type OrderAnswer,
  type Payment,
  type PaymentState,
  paymentStatesBefore,
} from '../domain/payment.ts';
import type { PaymentChange } from '../domain/payment-versions.ts';
import type { Begun } from '../domain/provider.ts';
import type { Claims } from './claims.ts';
import {
  type PaymentCollection,
  type PaymentDocument,
  toDocument,
  toPayment,
  toPaymentOrNull,
} from './payment-document.ts';

/** What a write sets; a change that a client can see is also added to the history. */
type Write = {
  set?: Partial<PaymentDocument>;
  change?: PaymentChange;
  session?: ClientSession;
};

/** Every write to payments. Each is a compare-and-set that returns null if another one came first. */
export function writePayments(
  { transaction }: Pick<Database, 'transaction'>,
  payments: PaymentCollection,
  claims: Claims,
) {
  const update = async (filter: Filter<PaymentDocument>, { set, change, session }: Write) =>
    toPaymentOrNull(
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
  const noLongerLive = async (payment: Payment | null, session: ClientSession) => {
    if (payment) await claims.release(payment.orderSn, payment.sn, session);
    return payment;
  };
  /** Brings it into a state in which it is no longer the order's live payment. */
  const end = async (sn: string, to: PaymentState, session: ClientSession) => {
    const filter = { _id: sn, state: { $in: paymentStatesBefore(to) } };
    const write = { set: { live: false }, change: { state: to }, session };
    return noLongerLive(await update(filter, write), session);
  };

  return {
    /** Stores a new payment, unless the order has a live one or the serial number is taken. */
    insertPayment: (payment: Payment): Promise<'inserted' | 'live payment exists' | 'sn taken'> =>
      insertPayment(transaction, payments, claims, payment),

    /** Keeps what the client needs to pay; null if the payment has ended meanwhile. */
    saveInstructions: (sn: string, begun: Begun) =>
      update(
        { _id: sn, state: 'WAIT' },
        { set: begun, change: { state: 'WAIT', instructions: begun.instructions } },
      ),

    /** The provider's reference can be new: a process may end between beginning the payment and keeping its reference. */
    markPaid: (sn: string, paidAt: Date, providerRef?: string) =>
      update(
        {
          _id: sn,
          state: { $in: paymentStatesBefore('SUCCESS') },
          paidAt: { $exists: false },
        },
        {
          ...(providerRef ? { set: { providerRef } } : {}),
          change: { state: 'SUCCESS', paidAt },
        },
      ),

    endPayment: (sn: string, to: 'FAILED' | 'CLOSED') =>
      transaction((session) => end(sn, to, session)),

    /** Takes waiting payments about which the provider was last asked before `since`; it is asked now. */
    takeToQuery: (since: Date, now: Date, limit: number) =>
      takeToQuery(payments, since, now, limit),

    /** Keeps the order's answer to the money; null if it has answered before. */
    async saveOrderAnswer(sn: string, orderAnswer: OrderAnswer, session: ClientSession) {
      const filter = { _id: sn, state: 'SUCCESS' as const, orderAnswer: { $exists: false } };
      if (orderAnswer === 'ACCEPTED') return update(filter, { set: { orderAnswer }, session });
      const refused = await update(filter, { set: { orderAnswer, live: false }, session });
      return noLongerLive(refused, session);
    },

    /** Sets an amount aside for a refund; false if less is left. */
    reserveRefund: (sn: string, amount: number, session: ClientSession) =>
      reserveRefund(payments, sn, amount, session),

    refundSucceeded: (sn: string, session: ClientSession) => end(sn, 'REFUNDED', session),

    /** A refund failed: its amount is free again. */
    refundFailed: (sn: string, amount: number, session: ClientSession) =>
      refundFailed(payments, sn, amount, session),
  };
}

async function insertPayment(
  transaction: Database['transaction'],
  payments: PaymentCollection,
  claims: Claims,
  payment: Payment,
) {
  try {
    await transaction(async (session) => {
      await claims.take(payment.orderSn, payment.sn, session);
      await payments.insertOne(toDocument(payment), { session });
    });
    return 'inserted';
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return (await payments.findOne({ _id: payment.sn })) ? 'sn taken' : 'live payment exists';
  }
}

async function takeToQuery(payments: PaymentCollection, since: Date, now: Date, limit: number) {
  const waiting = { state: 'WAIT' as const, askedAt: { $lte: since } };
  const found = await payments.find(waiting).limit(limit).toArray();
  const ids = found.map(({ _id }) => _id);
  await payments.updateMany({ _id: { $in: ids }, state: 'WAIT' }, { $set: { askedAt: now } });
  return found.map(toPayment);
}

async function reserveRefund(
  payments: PaymentCollection,
  sn: string,
  amount: number,
  session: ClientSession,
): Promise<boolean> {
  const isLeft = { $lte: [{ $add: ['$refunded', amount] }, '$amount'] };
  const reserved = await payments.updateOne(
    { _id: sn, state: { $in: paymentStatesBefore('REFUNDING') }, $expr: isLeft },
    {
      $set: { state: 'REFUNDING' },
      $push: { history: { state: 'REFUNDING' } },
      $inc: { refunded: amount },
      $currentDate: { changedAt: true },
    },
    { session },
  );
  return reserved.matchedCount === 1;
}

async function refundFailed(
  payments: PaymentCollection,
  sn: string,
  amount: number,
  session: ClientSession,
): Promise<void> {
  const refunded = { $subtract: ['$refunded', amount] };
  const state = { $cond: [{ $gt: [refunded, 0] }, 'REFUNDED', 'SUCCESS'] };
  const history = { $concatArrays: ['$history', [{ state }]] };
  await payments.updateOne(
    { _id: sn, state: 'REFUNDING' },
    [{ $set: { refunded, state, history, changedAt: '$$NOW' } }],
    { session },
  );
}
