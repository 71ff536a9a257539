import type { Collection, Db } from 'mongodb';
import { always, type DocumentOf, documentDoor } from '../../../runtime/document-door.ts';
import { type Origin, originNow } from '../../../runtime/origin.ts';
import type { Payment } from '../domain/payment.ts';
import type { PaymentChange, VersionedPayment } from '../domain/payment-versions.ts';

/** What only the store knows of a payment. */
type Inner = {
  /**
   * When the provider was last asked about it. Later than that if asking has failed: the wait for
   * the next question begins then.
   */
  askedAt: Date;
  /** How often in a row asking has failed; absent for never. */
  queryFailures?: number;
  /** It ended without money, and the provider is to be asked once more. Absent otherwise. */
  toQuery?: true;
  /**
   * The order does not know that it is paid. Absent otherwise, so that the index holds only the
   * work left.
   */
  toTell?: true;
  /**
   * Reconciliation looks at it, however old it is. Its money is under way, the order does not know
   * of it, it should not be here, or a refund, the provider or a bank has changed it since it was
   * last found to agree with its order. Absent otherwise.
   */
  unsettled?: true;
  history: PaymentChange[];
  /** Of the last change. */
  origin?: Origin;
};

/** A payment as it is stored: its serial number is its key. */
export type PaymentDocument = DocumentOf<Payment, 'sn', Inner>;

export type PaymentCollection = Collection<PaymentDocument>;

export const paymentCollection = (db: Db): PaymentCollection =>
  db.collection<PaymentDocument>('payments');

const door = documentDoor<Payment, 'sn', Inner>({
  key: 'sn',
  fields: {
    orderSn: always,
    travellerId: always,
    hostId: always,
    method: always,
    amount: always,
    currency: always,
    description: always,
    state: always,
    live: always,
    createdAt: always,
    payBefore: always,
    refunded: always,
    changedAt: always,
  },
  inner: ['askedAt', 'queryFailures', 'toQuery', 'toTell', 'unsettled', 'history', 'origin'],
});

export const toPayment = door.fromDocument;

export const toDocument = (payment: Payment): PaymentDocument =>
  door.toDocument(payment, {
    askedAt: payment.createdAt,
    history: [{ state: payment.state, ...originNow() }],
    ...originNow(),
  });

export const toPaymentOrNull = (document: PaymentDocument | null): Payment | null =>
  document && toPayment(document);

export const toVersionedPayment = (document: PaymentDocument): VersionedPayment => ({
  ...toPayment(document),
  version: document.history.length,
  history: document.history,
});
