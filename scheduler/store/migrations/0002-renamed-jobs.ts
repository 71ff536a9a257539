import type { Migration } from '../../../runtime/migrations/migration.ts';

/**
 * Removes recurring jobs whose name no scheduler knows any more. Their successors are set when a
 * scheduler starts.
 */
export const migration: Migration = {
  async run({ db }) {
    const gone = ['advance-payments', 'send-notices'];
    await db.collection('jobs').deleteMany({ name: { $in: gone } });
  },
};
