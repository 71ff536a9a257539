import type { Db } from 'mongodb';
import { commentCollection } from './comments.ts';
import { shopCollection } from './shops.ts';

/** What guests wrote. A comment's key is the order whose guest wrote it. */
export function personalComments(db: Db) {
  const comments = commentCollection(db);
  return {
    exportComments: (orderSns: readonly string[]) =>
      comments.find({ _id: { $in: [...orderSns] } }).toArray(),

    /** Takes the words and the name; the stars stay in the homestay's rating. */
    async eraseComments(orderSns: readonly string[]): Promise<void> {
      const words = { $set: { author: 'A guest', content: '(erased)' } };
      for (const _id of orderSns) await comments.updateOne({ _id }, words);
    },
  };
}

/** Where a host gets mail. */
export function personalNotices(db: Db) {
  const shops = shopCollection(db);
  const noticesOf = (hostId: string) =>
    shops.find({ 'notices.hostId': hostId }, { projection: { notices: 1 } }).toArray();
  return {
    exportNotices: noticesOf,

    async eraseNotices(hostId: string): Promise<void> {
      for (const { _id } of await noticesOf(hostId))
        await shops.updateOne({ _id }, { $unset: { notices: '' } });
    },
  };
}
