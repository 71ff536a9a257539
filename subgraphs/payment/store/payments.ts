import type { Database } from '../../../runtime/mongo.ts';
import type { Claims } from './claims.ts';
import { paymentCollection } from './payment-document.ts';
import { readPayments } from './read-payments.ts';
import type { Changed } from './state-changes.ts';
import { writePayments } from './write-payments.ts';

export type Payments = ReturnType<typeof openPayments>;

/** The payments, one document each. */
export function openPayments(
  database: Pick<Database, 'db' | 'transaction'> & { changed: Changed },
  claims: Claims,
) {
  const payments = paymentCollection(database.db);
  return { ...readPayments(payments, claims), ...writePayments(database, payments, claims) };
}
