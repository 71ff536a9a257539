import type { Database } from '../runtime/mongo.ts';
import { openDeliveries } from './deliveries.ts';
import { openPayments } from './payments.ts';
import { openRefunds } from './refunds.ts';

export type SandboxStore = ReturnType<typeof openSandboxStore>;

/** All that the sandbox keeps. */
export function openSandboxStore(database: Database) {
  const deliveries = openDeliveries(database);
  const payments = openPayments(database, deliveries);
  const refunds = openRefunds(database, deliveries);
  return { now: database.now, deliveries, payments, refunds };
}
