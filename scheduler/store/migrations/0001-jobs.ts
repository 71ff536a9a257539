import type { Migration } from '../../../runtime/migrations/migration.ts';

/**
 * The index by which Agenda looks for due jobs, and the keys that Agenda itself leaves out: one job
 * of a name and its data, one recurring job of a name. Without them, two processes that set the
 * same job at the same time make two.
 */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('jobs', {
      indexes: [
        { key: { name: 1, nextRunAt: 1, priority: -1, lockedAt: 1 }, name: 'dueJobs' },
        {
          key: { name: 1, data: 1 },
          unique: true,
          partialFilterExpression: { type: 'normal' },
          name: 'oneJobOfItsData',
        },
        {
          key: { name: 1 },
          unique: true,
          partialFilterExpression: { type: 'single' },
          name: 'oneRecurringJob',
        },
      ],
    }),
};
