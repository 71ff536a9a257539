import type { JobSetter } from '../../../runtime/job-queue.ts';
import type { Log } from '../../../runtime/log.ts';

/**
 * Sets the scheduler's close job for a deadline: one job for each second that has one. It is only a
 * hint, because the order itself says when it is due and a sweep finds it. So a job that can't be
 * set is logged, and nobody waits for it.
 */
export const closeJobSetter =
  (setJob: JobSetter, log: Log) =>
  async (closeAt: Date): Promise<void> => {
    await setJob('close-orders', closeAt).catch((error) =>
      log.warn({ err: error, closeAt }, 'the close job could not be set; the sweep will close'),
    );
  };
