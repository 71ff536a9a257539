import type { ServiceClient } from '../runtime/service-client.ts';
import { closeOrders } from './jobs/close-orders.ts';
import type { SchedulerSettings } from './settings.ts';

/** The services that jobs call. */
export type JobNeeds = { order: ServiceClient };

export type Job = {
  /** The setting that says how often a recurring job runs. A job without it runs when an alarm set for it rings. */
  every?: keyof SchedulerSettings & `${string}_EVERY`;
  run(needs: JobNeeds): Promise<void>;
};

/** Every job there is, by its name. All of them may run late, twice, or twice at once: what they call is a compare-and-set. */
export const jobs: Record<string, Job> = {
  'close-orders': { run: closeOrders },
  'sweep-orders': { every: 'SWEEP_EVERY', run: closeOrders },
};
