import type { Filter } from 'mongodb';
import type { Payment } from '../domain/payment.ts';
import { type PaymentCollection, type PaymentDocument, toPayment } from './payment-document.ts';

/** A payment to ask its provider about, and how often in a row that has failed. */
export type ToQuery = { payment: Payment; failures: number };

/** Whose turn it is to be asked about at its provider. */
export const queries = (payments: PaymentCollection) => ({
  /** Takes waiting payments that were last asked about before `since`, the longest ago first. */
  takeToQuery: (since: Date, now: Date, limit: number) =>
    take(payments, { state: 'WAIT', askedAt: { $lte: since } }, now, limit),

  /** The same of attempts that ended without money before `before`, and are to be asked about. */
  takeEndedToQuery: (before: Date, since: Date, now: Date, limit: number) =>
    take(
      payments,
      { toQuery: true, askedAt: { $lte: since }, changedAt: { $lte: before } },
      now,
      limit,
    ),

  /** Asking has failed so often; the wait for the next question begins at `from`. */
  async queryLater(sn: string, failures: number, from: Date): Promise<void> {
    const set = { askedAt: from, queryFailures: failures };
    await payments.updateOne({ _id: sn }, { $set: set });
  },

  /** Asking has helped. */
  async queryAnswered(sn: string): Promise<void> {
    await payments.updateOne({ _id: sn }, { $unset: { queryFailures: '' } });
  },

  /** An attempt that has ended was asked about once more, and is not asked about again. */
  async endedAnswered(sn: string): Promise<void> {
    await payments.updateOne({ _id: sn }, { $unset: { toQuery: '' } });
  },
});

/** It is asked about now: nobody else takes it until its wait is over. */
async function take(
  payments: PaymentCollection,
  due: Filter<PaymentDocument>,
  now: Date,
  limit: number,
): Promise<ToQuery[]> {
  const found = await payments.find(due).sort({ askedAt: 1 }).limit(limit).toArray();
  if (found.length === 0) return [];
  await payments.bulkWrite(
    found.map(({ _id }) => ({
      updateOne: { filter: { _id, ...due }, update: { $set: { askedAt: now } } },
    })),
    { ordered: false },
  );
  return found.map((document) => ({
    payment: toPayment(document),
    failures: document.queryFailures ?? 0,
  }));
}
