import type { Migration } from '../../../../runtime/migrations/migration.ts';

/**
 * An email says when it was written: each failed try moves the next one on, so that alone does not
 * tell for how long an email waits.
 */
export const migration: Migration = {
  async run({ collection, updateEach }) {
    await collection('emails', {
      indexes: [
        { key: { writtenAt: 1 }, name: 'unsent', partialFilterExpression: { sent: false } },
      ],
    });
    const undated = { sent: false, writtenAt: { $exists: false } };
    await updateEach('emails', undated, { $set: { writtenAt: new Date() } });
  },
};
