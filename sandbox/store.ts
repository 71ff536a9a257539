import type { Database } from '../runtime/mongo.ts';
import { openDeliveries } from './deliveries.ts';
import { openPayments } from './payments.ts';
import { openRefunds } from './refunds.ts';

export type SandboxStore = Awaited<ReturnType<typeof openSandboxStore>>;

/** All that the sandbox keeps. */
export async function openSandboxStore(database: Database) {
  const deliveries = await openDeliveries(database);
  const [payments, refunds] = await Promise.all([
    openPayments(database, deliveries),
    openRefunds(database, deliveries),
  ]);
  return { now: database.now, deliveries, payments, refunds };
}
