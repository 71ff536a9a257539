import type { Collection, Db } from 'mongodb';
import type { Payment } from '../domain/payment.ts';
import type { PaymentChange, VersionedPayment } from '../domain/payment-versions.ts';

/** A payment as it is stored: its serial number is its key. */
export type PaymentDocument = Omit<Payment, 'sn'> & {
  _id: string;
  /** When the provider was last asked about it. */
  askedAt: Date;
  /** The order does not know that it is paid. Absent otherwise, so that the index holds only the work left. */
  toTell?: true;
  /**
   * Its money is under way, was not told to the order, or should not be here: reconciliation looks at it, however old it is.
   * Absent otherwise.
   */
  unsettled?: true;
  history: PaymentChange[];
};

export type PaymentCollection = Collection<PaymentDocument>;

export const paymentCollection = (db: Db): PaymentCollection =>
  db.collection<PaymentDocument>('payments');

export const toDocument = ({ sn, ...payment }: Payment): PaymentDocument => ({
  _id: sn,
  ...payment,
  askedAt: payment.createdAt,
  history: [{ state: payment.state }],
});

export const toPayment = (document: PaymentDocument): Payment => {
  const { _id, askedAt: _, history: __, toTell: ___, unsettled: ____, ...rest } = document;
  return { sn: _id, ...rest };
};

export const toPaymentOrNull = (document: PaymentDocument | null): Payment | null =>
  document && toPayment(document);

export const toVersionedPayment = (document: PaymentDocument): VersionedPayment => ({
  ...toPayment(document),
  version: document.history.length,
  history: document.history,
});
