import type { ClientSession, Filter } from 'mongodb';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import { originNow } from '../../../runtime/origin.ts';
import {
  type Money,
  type OrderAnswer,
  type Payment,
  paymentStatesBefore,
} from '../domain/payment.ts';
import type { PaymentChange } from '../domain/payment-versions.ts';
import type { Begun } from '../domain/provider.ts';
import type { Claims } from './claims.ts';
import {
  type PaymentCollection,
  type PaymentDocument,
  toDocument,
  toPaymentOrNull,
} from './payment-document.ts';
import { changeMoney, type MoneyChange, markCompared, reserveRefund } from './payment-money.ts';
import { queries } from './payment-queries.ts';
import type { Changed, ChangedPayment, PaymentCause } from './state-changes.ts';

/** What a write sets and removes; a change that a client can see is also added to the history. */
type Write = {
  set?: Partial<PaymentDocument>;
  unset?: readonly (keyof PaymentDocument)[];
  change?: PaymentChange;
  session?: ClientSession;
};

/** Money as the provider reports it. */
export type Arrived = { paidAt: Date; received: Money; providerRef?: string };

/**
 * An attempt that ended without money. `closedRef` is the provider's reference that was known when
 * it was closed there, null for none: a reference that has become known meanwhile may be of a
 * session that is still open.
 */
export type EndedAttempt = { sn: string; to: 'FAILED' | 'CLOSED'; closedRef?: string | null };

/**
 * Every write to payments. Each is a compare-and-set that returns null if another one came first.
 */
export function writePayments(
  { transaction, changed }: Pick<Database, 'transaction'> & { changed: Changed },
  payments: PaymentCollection,
  claims: Claims,
) {
  const update = (filter: Filter<PaymentDocument>, write: Write) =>
    updatePayment(payments, filter, write);
  const told = <Known extends ChangedPayment>(
    payment: Known | null,
    cause: PaymentCause,
    session?: ClientSession,
  ): Known | null => {
    if (!payment) return null;
    const { sn, orderSn, state } = payment;
    changed({ of: 'payment', sn, orderSn, state, cause }, session);
    return payment;
  };
  const noLongerLive = async (payment: Payment | null, session: ClientSession) => {
    if (payment) await claims.release(payment.orderSn, payment.sn, session);
    return payment;
  };
  /** Ends an attempt without money. It is no longer the order's live payment. */
  const end = async (
    { sn, to, closedRef }: EndedAttempt,
    session: ClientSession,
  ): Promise<Payment | null> => {
    const closed = closedRef === undefined ? {} : { providerRef: closedRef ?? { $exists: false } };
    const filter = { _id: sn, state: { $in: paymentStatesBefore(to) }, ...closed };
    const write = { set: { live: false, toQuery: true as const }, change: { state: to }, session };
    const ended = told(await update(filter, write), 'ENDED_WITHOUT_MONEY', session);
    return noLongerLive(ended, session);
  };
  /**
   * The provider's reference can be new: a process may end between beginning the payment and
   * keeping its reference.
   */
  const markPaid = (
    sn: string,
    { paidAt, ...arrived }: Arrived,
    also: Partial<PaymentDocument>,
    session?: ClientSession,
  ) =>
    update(
      {
        _id: sn,
        state: { $in: paymentStatesBefore('SUCCESS') },
        paidAt: { $exists: false },
      },
      {
        set: { ...arrived, ...also, unsettled: true },
        change: { state: 'SUCCESS', paidAt },
        ...(session ? { session } : {}),
      },
    );

  return {
    /** Stores a new payment, unless the order has a live one or the serial number is taken. */
    async insertPayment(
      payment: Payment,
    ): Promise<'inserted' | 'live payment exists' | 'sn taken'> {
      const inserted = await insertPayment(transaction, payments, claims, payment);
      if (inserted === 'inserted') told(payment, 'BEGUN');
      return inserted;
    },

    /** Keeps what the client needs to pay; null if the payment has ended meanwhile. */
    saveInstructions: (sn: string, begun: Begun) =>
      update(
        { _id: sn, state: 'WAIT' },
        { set: begun, change: { state: 'WAIT', instructions: begun.instructions } },
      ),

    /** The money has arrived as it was asked for, and the order is to be told. */
    markPaid: async (sn: string, arrived: Arrived) =>
      told(await markPaid(sn, arrived, { toTell: true }), 'MONEY_ARRIVED'),

    /** Another amount has arrived. The order never hears of it, and another attempt may begin. */
    markPaidOtherwise: async (sn: string, arrived: Arrived, session: ClientSession) => {
      const refused = { live: false, orderAnswer: 'REFUSED' as const };
      const paid = await markPaid(sn, arrived, refused, session);
      return noLongerLive(told(paid, 'OTHER_AMOUNT_ARRIVED', session), session);
    },

    endPayment: (ended: EndedAttempt) => transaction((session) => end(ended, session)),

    ...queries(payments),

    /** Keeps the order's answer to the money; null if it has answered before. */
    async saveOrderAnswer(sn: string, orderAnswer: OrderAnswer, session: ClientSession) {
      const filter = { _id: sn, paidAt: { $exists: true }, orderAnswer: { $exists: false } };
      if (orderAnswer === 'ACCEPTED') {
        const write = { set: { orderAnswer }, session };
        // If the provider has changed the money before, it is to be compared with its order.
        const untouched = { ...filter, state: 'SUCCESS' as const, refunded: 0 };
        return (
          (await update(untouched, { ...write, unset: ['toTell', 'unsettled'] })) ??
          update(filter, { ...write, unset: ['toTell'] })
        );
      }
      const set = { orderAnswer, live: false };
      const refused = await update(filter, { set, unset: ['toTell'], session });
      return noLongerLive(refused, session);
    },

    /**
     * The order is asked again whether it takes this money. False if it has not refused it or
     * accepted it before.
     */
    tellOrderAgain: async (sn: string): Promise<boolean> =>
      (await update(
        { _id: sn, orderAnswer: 'ACCEPTED' },
        { set: { toTell: true, unsettled: true }, unset: ['orderAnswer'] },
      )) !== null,

    /** Sets an amount aside for a refund; false if less is left. */
    async reserveRefund(sn: string, amount: number, session: ClientSession): Promise<boolean> {
      const reserved = await reserveRefund(payments, sn, amount, session);
      return told(reserved, 'REFUND_BEGUN', session) !== null;
    },

    /**
     * A refund ended, or the provider changed the money by itself. `open`: a refund is still under
     * way.
     */
    async changeMoney(
      sn: string,
      { cause, ...change }: MoneyChange & { cause: 'REFUND_ENDED' | 'REFUNDED_BY_PROVIDER' },
      session: ClientSession,
    ): Promise<void> {
      told(await changeMoney(payments, sn, change, session), cause, session);
    },

    markCompared: (sn: string, changedAt: Date) => markCompared(payments, sn, changedAt),
  };
}

async function updatePayment(
  payments: PaymentCollection,
  filter: Filter<PaymentDocument>,
  { set, unset = [], change, session }: Write,
): Promise<Payment | null> {
  const origin = originNow();
  const update = {
    $set: { ...set, ...change, ...origin },
    ...(unset.length > 0 ? { $unset: withoutFields(unset) } : {}),
    ...(change ? { $push: { history: { ...change, ...origin } } } : {}),
    $currentDate: { changedAt: true as const },
  };
  const options = { returnDocument: 'after' as const, ...(session ? { session } : {}) };
  return toPaymentOrNull(await payments.findOneAndUpdate(filter, update, options));
}

const withoutFields = (fields: readonly string[]): Record<string, ''> =>
  Object.fromEntries(fields.map((field) => [field, '' as const]));

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
