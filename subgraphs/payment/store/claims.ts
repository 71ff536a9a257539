import type { ClientSession, Db } from 'mongodb';

/**
 * What there may be only one of at a time: the live payment of an order, the open refund of a payment. A document of its own
 * whose key is what is claimed, written and deleted in the transaction of what claims it, as an order holds its nights.
 */
export function claims(db: Db) {
  const all = db.collection<{ _id: string; holder: string }>('claims');
  return {
    /** Throws a duplicate key where it is taken. */
    take: async (key: string, holder: string, session: ClientSession): Promise<void> => {
      await all.insertOne({ _id: key, holder }, { session });
    },
    /** Gives it back, if it is this holder's. */
    release: async (key: string, holder: string, session: ClientSession): Promise<void> => {
      await all.deleteOne({ _id: key, holder }, { session });
    },
  };
}
