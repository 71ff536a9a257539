import type { Payment } from './payment.ts';

/** What a client can see change in a payment. A field that is absent stays as it was. */
export type PaymentChange = Pick<Payment, 'state' | 'instructions' | 'paidAt'> & {
  /** The request or the job that made it. */
  origin?: { requestId: string; traceparent?: string };
};

/** A payment with all its changes, oldest first. Its version is their number. */
export type VersionedPayment = Payment & { version: number; history: PaymentChange[] };

/** The payment as it was in an earlier version. */
export const atVersion = (payment: VersionedPayment, version: number): VersionedPayment => ({
  ...payment,
  ...{ instructions: undefined, paidAt: undefined },
  ...Object.assign({}, ...payment.history.slice(0, version)),
  version,
});
