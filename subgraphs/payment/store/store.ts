import type { Database } from '../../../runtime/mongo.ts';
import { openClaims } from './claims.ts';
import { openDifferences } from './differences.ts';
import { openEmails } from './emails.ts';
import { openLedger } from './ledger.ts';
import { openPayments } from './payments.ts';
import { openRefunds } from './refunds.ts';

export type Store = ReturnType<typeof openStore>;

/** All that the service keeps, as plain functions. */
export function openStore(database: Database) {
  const claims = openClaims(database.db);
  const payments = openPayments(database, claims);
  const refunds = openRefunds(database.db, claims);
  const emails = openEmails(database.db);
  return {
    now: database.now,
    ...payments,
    ...refunds,
    ...emails,
    ...openDifferences(database.db),
    ...openLedger(database, { payments, refunds, emails }),
  };
}
