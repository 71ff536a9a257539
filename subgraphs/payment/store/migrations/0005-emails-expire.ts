import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { bool, date, stored, text } from '../../../../runtime/migrations/schema.ts';

const quarter = 90 * 86_400;

/**
 * Emails hold words to a traveller. The database deletes them 90 days after they were sent; those
 * that were sent before this release have no such date and get today's.
 */
export const migration: Migration = {
  async run({ collection, updateEach }) {
    await collection('emails', {
      schema: stored(
        { travellerId: text, subject: text, text, sent: bool, nextTryAt: date },
        { sentAt: date },
      ),
      indexes: [{ key: { sentAt: 1 }, expireAfterSeconds: quarter, name: 'expire' }],
    });
    const undated = { sent: true, sentAt: { $exists: false } };
    await updateEach('emails', undated, { $set: { sentAt: new Date() } });
  },
};
