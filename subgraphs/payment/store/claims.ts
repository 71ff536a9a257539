import type { ClientSession, Db } from 'mongodb';

export type Claims = ReturnType<typeof openClaims>;

/**
 * Things of which only one may exist at a time: the live payment of an order, the open refund of a
 * payment. A claim is a document whose key is the thing. It is inserted and deleted in the
 * transaction of whoever holds it.
 */
export function openClaims(db: Db) {
  const claims = db.collection<{ _id: string; holder: string }>('claims');
  return {
    /** @throws a duplicate key error if somebody else holds it */
    take: async (key: string, holder: string, session: ClientSession): Promise<void> => {
      await claims.insertOne({ _id: key, holder }, { session });
    },
    /** Releases it if this holder has it. */
    release: async (key: string, holder: string, session: ClientSession): Promise<void> => {
      await claims.deleteOne({ _id: key, holder }, { session });
    },
  };
}
