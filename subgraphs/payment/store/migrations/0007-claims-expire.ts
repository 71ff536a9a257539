import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { date, stored, text } from '../../../../runtime/migrations/schema.ts';

const keptForSeconds = 400 * 86_400;

/**
 * The database deletes claims 400 days after they were taken; those that were taken before this
 * release have no such date and get today's.
 */
export const migration: Migration = {
  async run({ collection, updateEach }) {
    await collection('claims', {
      schema: stored({ holder: text }, { takenAt: date }),
      indexes: [{ key: { takenAt: 1 }, expireAfterSeconds: keptForSeconds, name: 'expire' }],
    });
    await updateEach('claims', { takenAt: { $exists: false } }, { $set: { takenAt: new Date() } });
  },
};
