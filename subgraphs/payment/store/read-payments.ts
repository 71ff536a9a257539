import type { Filter } from 'mongodb';
import type { Payment } from '../domain/payment.ts';
import type { VersionedPayment } from '../domain/payment-versions.ts';
import {
  type PaymentCollection,
  type PaymentDocument,
  toPayment,
  toPaymentOrNull,
  toVersionedPayment,
} from './payment-document.ts';

/** All that is read of payments. */
export function readPayments(payments: PaymentCollection) {
  const newest = (filter: Filter<PaymentDocument>) =>
    payments.find(filter).sort({ createdAt: -1, _id: -1 }).toArray();
  const bySn = (filter: Filter<PaymentDocument>, limit: number) =>
    payments.find(filter).sort({ _id: 1 }).limit(limit).toArray();

  return {
    payment: async (sn: string): Promise<Payment | null> =>
      toPaymentOrNull(await payments.findOne({ _id: sn })),

    livePayment: async (orderSn: string): Promise<Payment | null> =>
      toPaymentOrNull(await payments.findOne({ orderSn, live: true })),

    paymentsBySn: async (sns: readonly string[]): Promise<Payment[]> =>
      (await payments.find({ _id: { $in: [...sns] } }).toArray()).map(toPayment),

    /** All payments of these orders, newest first. */
    paymentsOfOrders: async (orderSns: readonly string[]): Promise<Payment[]> =>
      (await newest({ orderSn: { $in: [...orderSns] } })).map(toPayment),

    /** All payments of one order with their versions, newest first. */
    versionsOfOrder: async (orderSn: string): Promise<VersionedPayment[]> =>
      (await newest({ orderSn })).map(toVersionedPayment),

    /** Payments whose order does not know yet that they are paid. */
    async paymentsToTell(limit: number): Promise<string[]> {
      const untold = { state: 'SUCCESS' as const, orderAnswer: { $exists: false } };
      return (await payments.find(untold).limit(limit).toArray()).map(({ _id }) => _id);
    },

    /** Payments paid since then, and those with money that is not settled, however old; after this serial number. */
    async paidPayments(since: Date, after: string, limit: number): Promise<Payment[]> {
      const unsettled: Filter<PaymentDocument>[] = [
        { state: 'REFUNDING' },
        { state: 'SUCCESS', orderAnswer: { $ne: 'ACCEPTED' } },
      ];
      const filter = { $or: [{ paidAt: { $gte: since } }, ...unsettled], _id: { $gt: after } };
      return (await bySn(filter, limit)).map(toPayment);
    },
  };
}
