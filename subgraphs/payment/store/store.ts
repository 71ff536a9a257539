import type { Database } from '../../../runtime/mongo.ts';
import { openClaims } from './claims.ts';
import { openDifferences } from './differences.ts';
import { openEmails } from './emails.ts';
import { openLedger } from './ledger.ts';
import { openPayments } from './payments.ts';
import { openRefunds } from './refunds.ts';
import { type OnStateChange, stateChanges } from './state-changes.ts';

export type Store = ReturnType<typeof openStore>;

/**
 * All that the service keeps, as plain functions.
 * @param onChange told of each state that a payment or a refund comes into
 */
export function openStore({ db, now, ...database }: Database, onChange: OnStateChange) {
  const { transaction, changed } = stateChanges(database, onChange);
  const claims = openClaims(db);
  const payments = openPayments({ db, transaction, changed }, claims);
  const refunds = openRefunds({ db, changed }, claims);
  const emails = openEmails(db);
  return {
    now,
    ...payments,
    ...refunds,
    ...emails,
    ...openDifferences(db),
    ...openLedger({ transaction }, { payments, refunds, emails }),
  };
}
