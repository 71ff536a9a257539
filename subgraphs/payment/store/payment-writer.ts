import type { ClientSession, Filter } from 'mongodb';
import { originNow } from '../../../runtime/origin.ts';
import type { Payment } from '../domain/payment.ts';
import type { PaymentChange } from '../domain/payment-versions.ts';
import type { Claims } from './claims.ts';
import {
  type PaymentCollection,
  type PaymentDocument,
  toPaymentOrNull,
} from './payment-document.ts';
import type { Changed, ChangedPayment, PaymentCause } from './state-changes.ts';

/** What a write sets and removes; a change that a client can see is also added to the history. */
type Write = {
  set?: Partial<PaymentDocument>;
  unset?: readonly (keyof PaymentDocument)[];
  change?: PaymentChange;
  session?: ClientSession;
};

export type PaymentWriter = ReturnType<typeof paymentWriter>;

/** What every write to a payment does. */
export function paymentWriter(changed: Changed, payments: PaymentCollection, claims: Claims) {
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
  return { update, told, noLongerLive };
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
