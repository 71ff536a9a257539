import type { KeepsOfPersons, OpenPersonalData } from '../../../runtime/personal-data.ts';
import { liveStates } from '../domain/state.ts';
import { archiveCollection } from './archive-orders.ts';
import { orderCollection } from './order-document.ts';
import { openOrderKeys } from './order-keys.ts';
import type { shardKeys } from './shard-keys.ts';

export const keepsOfPersons: KeepsOfPersons<typeof shardKeys> = {
  orders: true,
  archivedOrders: true,
  orderKeys: true,
  travellers: true,
  nights: false,
  calendars: false,
  webhooks: false,
  webhook_messages: false,
  change_feed: false,
};

/** A traveller's orders. Only they tell which comments are the traveller's. */
export const personalData: OpenPersonalData = (db) => {
  const orders = orderCollection(db);
  const travellers = db.collection<{ _id: string }>('travellers');
  const keys = openOrderKeys(db);
  const all = [orders, archiveCollection(db)];
  const ofUser = async (travellerId: string) =>
    (await Promise.all(all.map((some) => some.find({ travellerId }).toArray()))).flat();
  return {
    serialNumbers: async (userId) => (await ofUser(userId)).map(({ _id }) => _id),

    export: async ({ id }) => ({ orders: await ofUser(id) }),

    /** Orders that can still change: they need to know whose they are. */
    openWork: async (travellerId) =>
      (await orders.find({ travellerId, state: { $in: liveStates } }).toArray()).map(
        ({ _id }) => _id,
      ),

    /**
     * Puts a pseudonym in the place of a traveller. The orders stay, for the accounts. Their
     * idempotency keys, which are the traveller's words, are forgotten: nobody can ask with them.
     */
    async erase({ id: travellerId, serialNumbers: sns }, pseudonym) {
      const set = { travellerId: pseudonym, remark: '' };
      const gone = { travellerEmail: '' as const };
      const updateOf = (sn: string) => ({
        $set: { ...set, idempotencyKey: `erased-${sn}` },
        $unset: gone,
        $inc: { version: 1 },
      });
      for (const some of sns.length > 0 ? all : [])
        await some.bulkWrite(
          sns.map((_id) => ({
            updateOne: { filter: { _id, travellerId }, update: updateOf(_id) },
          })),
        );
      await keys.forget(travellerId);
      await travellers.deleteOne({ _id: travellerId });
      return { orders: sns.length };
    },
  };
};
