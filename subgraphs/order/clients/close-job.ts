import type { JobSetter } from '../../../runtime/job-queue.ts';
import type { Log } from '../../../runtime/log.ts';

/**
 * Sets the scheduler's alarm for a deadline: one job for each second that has one. It is a hint and no more: the order
 * itself says when it is due and a sweep finds it, so an alarm that can't be set is logged and keeps nobody waiting.
 */
export const closeAlarm =
  (setJob: JobSetter, log: Log) =>
  async (closeAt: Date): Promise<void> => {
    await setJob('close-orders', closeAt, { closeAt }).catch((error) =>
      log.warn({ err: error, closeAt }, 'no alarm could be set; the sweep will close the order'),
    );
  };
