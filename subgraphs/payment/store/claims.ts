import type { ClientSession, Db } from 'mongodb';

type ClaimDocument = { _id: string; holder: string; takenAt?: Date };

/** The claim of an idempotency key, which makes one refund of an order. */
export const keyClaim = (orderSn: string, idempotencyKey: string): string =>
  `key of ${orderSn}: ${idempotencyKey}`;

export type Claims = ReturnType<typeof openClaims>;

/**
 * Things of which only one may exist at a time: the live payment of an order, the open refund of a
 * payment. A claim is a document whose key is the thing. It is inserted and deleted in the
 * transaction of whoever holds it, and the holder is found by it. The database deletes it after 400
 * days. Long before that the order can't be paid any more, and a refund with the same key is found
 * among the refunds.
 */
export function openClaims(db: Db) {
  const claims = db.collection<ClaimDocument>('claims');
  return {
    /** @throws a duplicate key error if somebody else holds it */
    take: async (key: string, holder: string, session: ClientSession): Promise<void> => {
      await claims.insertOne({ _id: key, holder, takenAt: new Date() }, { session });
    },
    /** Who holds it; null if nobody does. */
    holder: async (key: string, session?: ClientSession): Promise<string | null> =>
      (await claims.findOne({ _id: key }, session ? { session } : undefined))?.holder ?? null,
    /** Releases it if this holder has it. */
    release: async (key: string, holder: string, session: ClientSession): Promise<void> => {
      await claims.deleteOne({ _id: key, holder }, { session });
    },
  };
}
