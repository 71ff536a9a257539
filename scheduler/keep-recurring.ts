import { jobCollection } from '../runtime/job-queue.ts';
import type { Stop } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import type { Database } from '../runtime/mongo.ts';
import { jobList } from './jobs.ts';
import type { SchedulerSettings } from './settings.ts';

const lookEveryMs = 2_000;
/** A run may begin late, and clocks differ a little. */
const toleranceMs = 5_000;

export type KeepRecurringNeeds = {
  database: Pick<Database, 'db' | 'now'>;
  settings: SchedulerSettings;
  log: Log;
};

/**
 * Keeps recurring jobs recurring. Agenda sets the next run by the clock of the scheduler that ran
 * the last one. If that clock is an hour ahead and the scheduler ends, the job stops for an hour.
 * So a next run that is too far ahead by the database's clock is brought back.
 */
export function keepRecurring({ database, settings, log }: KeepRecurringNeeds): Stop {
  const jobs = jobCollection(database);
  const every = new Map<string, number>(
    jobList.flatMap(([name, { every: setting }]) =>
      setting ? [[name, settings[setting]] as const] : [],
    ),
  );
  const look = async () => {
    const now = await database.now();
    const recurring = { name: { $in: [...every.keys()] }, type: 'single' };
    const set = await jobs.find(recurring).toArray();
    for (const { _id, name, nextRunAt } of set) {
      const latest = now.getTime() + (every.get(name) ?? 0) + toleranceMs;
      if (!nextRunAt || nextRunAt.getTime() <= latest) continue;
      const found = await jobs.updateOne({ _id, nextRunAt }, { $set: { nextRunAt: now } });
      if (found.modifiedCount > 0)
        log.warn({ job: name }, 'a job was set too far ahead: the clock of a scheduler is wrong');
    }
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error) => {
      log.warn({ cause: (error as Error).message }, 'the recurring jobs cannot be looked at');
    });
  }, lookEveryMs);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
