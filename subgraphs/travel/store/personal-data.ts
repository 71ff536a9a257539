import type { KeepsOfPersons, OpenPersonalData } from '../../../runtime/personal-data.ts';
import { commentCollection } from './comments.ts';
import type { shardKeys } from './shard-keys.ts';
import { shopCollection } from './shops.ts';

export const keepsOfPersons: KeepsOfPersons<typeof shardKeys> = {
  comments: true,
  shops: true,
  homestays: false,
  nightPrices: false,
};

/** What a guest wrote, and where a host gets mail. */
export const personalData: OpenPersonalData = (db) => {
  const comments = commentCollection(db);
  const shops = shopCollection(db);
  const noticesOf = (hostId: string) =>
    shops.find({ 'notices.hostId': hostId }, { projection: { notices: 1 } }).toArray();
  return {
    // A comment's key is the order whose guest wrote it.
    export: async ({ id, serialNumbers }) => ({
      comments: await comments.find({ _id: { $in: [...serialNumbers] } }).toArray(),
      notices: await noticesOf(id),
    }),

    /** The stars of a comment stay in the homestay's rating. */
    async erase({ id, serialNumbers }) {
      const words = { $set: { author: 'A guest', content: '(erased)' } };
      for (const _id of serialNumbers) await comments.updateOne({ _id }, words);
      const notices = await noticesOf(id);
      for (const { _id } of notices) await shops.updateOne({ _id }, { $unset: { notices: '' } });
      return { notices: notices.length };
    },
  };
};
