import type { Filter } from 'mongodb';
import { beyond, newestFirst } from '../../../runtime/by-time.ts';
import type { TimeKey } from '../../../runtime/connection.ts';
import type { Origin } from '../../../runtime/origin.ts';
import { readOnAfter } from '../../../runtime/serial-number.ts';
import type { PayMethod, Payment } from '../domain/payment.ts';
import type { PaymentSearch } from '../domain/payment-search.ts';
import type { VersionedPayment } from '../domain/payment-versions.ts';
import type { Claims } from './claims.ts';
import {
  type PaymentCollection,
  type PaymentDocument,
  toPayment,
  toPaymentOrNull,
  toVersionedPayment,
} from './payment-document.ts';

/** All that is read of payments. */
export function readPayments(payments: PaymentCollection, claims: Pick<Claims, 'holder'>) {
  const newest = (filter: Filter<PaymentDocument>) =>
    payments.find(filter).sort(newestFirst).toArray();
  const bySn = (filter: Filter<PaymentDocument>, limit: number) =>
    payments.find(filter).sort({ _id: 1 }).limit(limit).toArray();

  return {
    payment: async (sn: string): Promise<Payment | null> =>
      toPaymentOrNull(await payments.findOne({ _id: sn })),

    async livePayment(orderSn: string): Promise<Payment | null> {
      const _id = await claims.holder(orderSn);
      return _id === null ? null : toPaymentOrNull(await payments.findOne({ _id, live: true }));
    },

    paymentsBySn: async (sns: readonly string[]): Promise<Payment[]> =>
      (await payments.find({ _id: { $in: [...sns] } }).toArray()).map(toPayment),

    /** All payments of these orders, newest first. */
    paymentsOfOrders: async (orderSns: readonly string[]): Promise<Payment[]> =>
      (await newest({ orderSn: { $in: [...orderSns] } })).map(toPayment),

    /** All payments of one order with their versions, newest first. */
    versionsOfOrder: async (orderSn: string): Promise<VersionedPayment[]> =>
      (await newest({ orderSn })).map(toVersionedPayment),

    /** Payments of any kind, the newest first. */
    searchPayments: async (
      search: PaymentSearch,
      after: TimeKey | null,
      limit: number,
    ): Promise<Payment[]> =>
      (
        await payments
          .find({ ...filterOf(search), ...beyond(after) })
          .sort(newestFirst)
          .limit(limit)
          .toArray()
      ).map(toPayment),

    /** Payments whose order does not know yet that they are paid. */
    async paymentsToTell(limit: number): Promise<{ sn: string; origin?: Origin | undefined }[]> {
      const untold = payments
        .find({ toTell: true })
        .project<Pick<PaymentDocument, '_id' | 'origin'>>({ origin: 1 });
      return (await untold.limit(limit).toArray()).map(({ _id, origin }) => ({ sn: _id, origin }));
    },

    /** How many payments wait by methods that are not among these. */
    async waitingByOthers(methods: readonly PayMethod[]): Promise<Map<PayMethod, number>> {
      const waiting = payments.aggregate<{ _id: PayMethod; count: number }>([
        { $match: { state: 'WAIT', method: { $nin: [...methods] } } },
        { $group: { _id: '$method', count: { $sum: 1 } } },
      ]);
      return new Map((await waiting.toArray()).map(({ _id, count }) => [_id, count]));
    },

    /** Payments paid since then, after this serial number. */
    paidPayments: async (since: Date, after: string, limit: number): Promise<Payment[]> =>
      (await bySn({ paidAt: { $gte: since }, _id: { $gt: after } }, limit)).map(toPayment),

    /** Payments that began since then and have money, after this serial number. */
    paidBegunSince: async (since: Date, after: string, limit: number): Promise<Payment[]> => {
      const begun = { _id: { $gt: readOnAfter('PMT', since, after) } };
      return (await bySn({ ...begun, paidAt: { $exists: true } }, limit)).map(toPayment);
    },

    /** Payments with money that is not where it belongs, however old; after this serial number. */
    unsettledPayments: async (after: string, limit: number): Promise<Payment[]> =>
      (await bySn({ unsettled: true, _id: { $gt: after } }, limit)).map(toPayment),
  };
}

const filterOf = (search: PaymentSearch): Filter<PaymentDocument> => ({
  ...(search.sn ? { _id: search.sn } : {}),
  ...(search.orderSn ? { orderSn: search.orderSn } : {}),
  ...(search.travellerId ? { travellerId: search.travellerId } : {}),
  ...(search.hostId ? { hostId: search.hostId } : {}),
  ...(search.states ? { state: { $in: [...search.states] } } : {}),
  ...(search.from || search.to
    ? {
        createdAt: {
          ...(search.from ? { $gte: search.from } : {}),
          ...(search.to ? { $lt: search.to } : {}),
        },
      }
    : {}),
});
