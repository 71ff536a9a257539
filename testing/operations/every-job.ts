import { jobList } from '../../scheduler/jobs.ts';
import type { TestSystem } from '../system.ts';

/** Does the work of each of the scheduler's jobs once, one after another, at no deadline. */
export async function doEveryJob({ job }: TestSystem): Promise<void> {
  for (const [, { ask }] of jobList) await job(ask[0], ask[1].replace(/\(.*?\)/, ''));
}
