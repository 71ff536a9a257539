import type { OneTimeJob } from '../runtime/one-time-jobs.ts';
import type { SubgraphName } from '../runtime/services.ts';
import type { SchedulerSettings } from './settings.ts';

export type Job = {
  /**
   * The setting that says how often a recurring job runs. Without it, the job runs once at the
   * instant it was set for.
   */
  every?: keyof SchedulerSettings & `${string}_EVERY`;
  /**
   * The service that does the work, and the field of its Mutation that starts it. A field that
   * takes `$deadline` answers
   * `dueInMs`: how long to wait before it is asked again.
   */
  ask: readonly [service: SubgraphName, field: string];
};

// The order service closes everything that is due by the database's clock, so the job carries no
// order and may run at any time.
const closeDueOrders = ['order', 'closeDueOrders(deadline: $deadline) { dueInMs }'] as const;

/**
 * Every job, by its name. All of them may run late, twice, or twice at once: what they start is a
 * compare-and-set.
 */
export const jobs = {
  /** Set by the order service, one for each second that has a deadline. */
  'close-orders': { ask: closeDueOrders },
  /** Closes what a lost or failed `close-orders` left open. */
  'sweep-orders': { every: 'SWEEP_EVERY', ask: closeDueOrders },
  'expire-unused-orders': { every: 'EXPIRE_ORDERS_EVERY', ask: ['order', 'expireUnusedOrders'] },
  'archive-orders': { every: 'ARCHIVE_ORDERS_EVERY', ask: ['order', 'archiveOrders'] },
  /** Reads the calendars of other booking sites again that hosts import. */
  'refresh-calendars': { every: 'CALENDARS_EVERY', ask: ['order', 'refreshCalendars'] },
  /** Sends hosts' webhooks what they are to be told of their orders. */
  'send-webhooks': { every: 'WEBHOOKS_EVERY', ask: ['order', 'sendOrderWebhooks'] },
  /** Retries what a change stream missed or a provider did not answer. */
  'process-payments': { every: 'PAYMENT_SWEEP_EVERY', ask: ['payment', 'processPayments'] },
  /**
   * Closes the payment attempts of closed orders, and asks providers about payments that have
   * waited for long.
   */
  'settle-waiting-payments': {
    every: 'PAYMENT_SWEEP_EVERY',
    ask: ['payment', 'settleWaitingPayments'],
  },
  /**
   * Compares money with bookings and reports each difference. Repairs none: an operator decides.
   */
  'reconcile-payments': { every: 'RECONCILE_EVERY', ask: ['payment', 'reconcilePayments'] },
  /** Compares money with the providers' lists: books what we missed, and reports the rest. */
  'reconcile-providers': {
    every: 'RECONCILE_PROVIDERS_EVERY',
    ask: ['payment', 'reconcileProviders'],
  },
  'send-emails': { every: 'PAYMENT_SWEEP_EVERY', ask: ['payment', 'sendEmails'] },
} as const satisfies Record<string, Job> & Record<OneTimeJob, Job>;

export type JobName = keyof typeof jobs;
export type AskedService = (typeof jobs)[JobName]['ask'][0];

export const jobList = Object.entries(jobs) as [JobName, Job & { ask: [AskedService, string] }][];

/** The services that jobs ask. */
export const askedServices = [...new Set(jobList.map(([, { ask }]) => ask[0]))];

/**
 * The operation that starts a job's work, named after its field: `mutation SendEmails { sendEmails
 * }`.
 */
export function operationOf({ ask: [, field] }: Job): string {
  const name = field.charAt(0).toUpperCase() + (/^\w+/.exec(field)?.[0] ?? '').slice(1);
  const variables = field.includes('$deadline') ? '($deadline: DateTime)' : '';
  return `mutation ${name}${variables} { ${field} }`;
}
