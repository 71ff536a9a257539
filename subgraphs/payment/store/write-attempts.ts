import type { ClientSession } from 'mongodb';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import { type Money, type Payment, paymentStatesBefore } from '../domain/payment.ts';
import type { Begun } from '../domain/provider.ts';
import type { Claims } from './claims.ts';
import { type PaymentCollection, type PaymentDocument, toDocument } from './payment-document.ts';
import type { PaymentWriter } from './payment-writer.ts';

/** Money as the provider reports it. */
export type Arrived = { paidAt: Date; received: Money; providerRef?: string };

/**
 * An attempt that ended without money. `closedRef` is the provider's reference that was known when
 * it was closed there, null for none: a reference that has become known meanwhile may be of a
 * session that is still open.
 */
export type EndedAttempt = { sn: string; to: 'FAILED' | 'CLOSED'; closedRef?: string | null };

/** What becomes of an attempt until its money has arrived, or it has ended without. */
export function writeAttempts(
  { transaction }: Pick<Database, 'transaction'>,
  payments: PaymentCollection,
  claims: Claims,
  { update, told, noLongerLive }: PaymentWriter,
) {
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
