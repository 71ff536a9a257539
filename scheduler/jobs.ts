import type { ServiceClient } from '../runtime/service-client.ts';
import { advancePayments } from './jobs/advance-payments.ts';
import { closeOrders } from './jobs/close-orders.ts';
import { expireUnusedOrders } from './jobs/expire-unused-orders.ts';
import { reconcilePayments } from './jobs/reconcile-payments.ts';
import { sendNotices } from './jobs/send-notices.ts';
import { settleWaitingPayments } from './jobs/settle-waiting-payments.ts';
import type { SchedulerSettings } from './settings.ts';

/** The services that jobs call. */
export type JobNeeds = { order: ServiceClient; payment: ServiceClient };

export type Job = {
  /** The setting that says how often a recurring job runs. A job without it runs when an alarm set for it rings. */
  every?: keyof SchedulerSettings & `${string}_EVERY`;
  run(needs: JobNeeds): Promise<void>;
};

/** Every job there is, by its name. All of them may run late, twice, or twice at once: what they call is a compare-and-set. */
export const jobs: Record<string, Job> = {
  'close-orders': { run: closeOrders },
  'sweep-orders': { every: 'SWEEP_EVERY', run: closeOrders },
  'expire-unused-orders': { every: 'EXPIRE_ORDERS_EVERY', run: expireUnusedOrders },
  'advance-payments': { every: 'PAYMENT_SWEEP_EVERY', run: advancePayments },
  'settle-waiting-payments': { every: 'PAYMENT_SWEEP_EVERY', run: settleWaitingPayments },
  'reconcile-payments': { every: 'RECONCILE_EVERY', run: reconcilePayments },
  'send-notices': { every: 'PAYMENT_SWEEP_EVERY', run: sendNotices },
};
