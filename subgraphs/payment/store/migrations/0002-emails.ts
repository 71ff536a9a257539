import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { bool, date, stored, text } from '../../../../runtime/migrations/schema.ts';

/** Emails have a collection of their own name. The first release kept them as `notices`. */
export const migration: Migration = {
  async run({ db, collection }) {
    await collection('emails', {
      schema: stored({
        travellerId: text,
        subject: text,
        text,
        sent: bool,
        nextTryAt: date,
      }),
      indexes: [{ key: { sent: 1, nextTryAt: 1 } }],
    });
    const merge = { into: 'emails', on: '_id', whenMatched: 'keepExisting' };
    await db
      .collection('notices')
      .aggregate([{ $merge: merge }])
      .toArray();
    await db.dropCollection('notices');
    // The position in the change stream has a new key. Without one, the feed looks through
    // everything that is unfinished.
    await db.collection<{ _id: string }>('change_feed').deleteOne({ _id: 'place' });
  },
};
