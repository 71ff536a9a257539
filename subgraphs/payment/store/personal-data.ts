import type { Collection, Db, Filter } from 'mongodb';
import type { KeepsOfPersons, OpenPersonalData } from '../../../runtime/personal-data.ts';
import type { Refund } from '../domain/refund.ts';
import { keyClaim } from './claims.ts';
import type { shardKeys } from './shard-keys.ts';

type OfTraveller = { _id: string; travellerId: string };
type Asked = OfTraveller & Pick<Refund, 'cause' | 'orderSn' | 'idempotencyKey'>;

export const keepsOfPersons: KeepsOfPersons<typeof shardKeys> = {
  payments: true,
  refunds: true,
  emails: true,
  claims: true,
  differences: false,
  acknowledged_differences: false,
  change_feed: false,
};

/** What a traveller has paid and got back, and what was written to them. */
export const personalData = ((db) => {
  const payments = db.collection<OfTraveller>('payments');
  const refunds = db.collection<OfTraveller>('refunds');
  const emails = db.collection<OfTraveller>('emails');
  return {
    export: async ({ id: travellerId }) => ({
      payments: await payments.find({ travellerId }).toArray(),
      refunds: await refunds.find({ travellerId }).toArray(),
      emails: await emails.find({ travellerId }).toArray(),
    }),

    /**
     * Payments and refunds that have not ended, money that its order does not know yet, and emails
     * that are not sent.
     */
    openWork: async (travellerId: string): Promise<string[]> => {
      const waiting = { travellerId, state: 'WAIT' } as Filter<OfTraveller>;
      const untold = { travellerId, toTell: true } as Filter<OfTraveller>;
      const open = { travellerId, open: true } as Filter<OfTraveller>;
      const unsent = { travellerId, sent: false } as Filter<OfTraveller>;
      return [
        ...(await payments.find(waiting).toArray()),
        ...(await payments.find(untold).toArray()),
        ...(await refunds.find(open).toArray()),
        ...(await emails.find(unsent).toArray()),
      ].map(({ _id }) => _id);
    },

    /**
     * Puts a pseudonym in the place of a traveller; the emails go, and so do the idempotency keys of
     * refunds that the traveller asked for. Those of a host or an operator are not the traveller's
     * words, and still keep a repeated request from giving money back twice.
     */
    async erase({ id: travellerId }, pseudonym) {
      await forgetKeys(db, travellerId);
      const paid = await erase(payments, travellerId, {
        $set: { travellerId: pseudonym },
        $unset: { payerId: '', returnUrl: '' },
      });
      const refunded = await erase(refunds, travellerId, {
        $set: { travellerId: pseudonym, reason: '' },
      });
      for (const { _id } of await emails.find({ travellerId }).toArray())
        await emails.deleteOne({ _id });
      return { paymentsAndRefunds: paid + refunded };
    },
  };
}) satisfies OpenPersonalData;

async function forgetKeys(db: Db, travellerId: string): Promise<void> {
  const refunds = db.collection<Asked>('refunds');
  const asked = { travellerId, cause: 'TRAVELLER' as const, idempotencyKey: { $exists: true } };
  for (const { _id, orderSn, idempotencyKey = '' } of await refunds.find(asked).toArray()) {
    const claim = { _id: keyClaim(orderSn, idempotencyKey) };
    await db.collection<{ _id: string }>('claims').deleteOne(claim);
    await refunds.updateOne({ _id }, { $unset: { idempotencyKey: '' } });
  }
}

async function erase(
  collection: Collection<OfTraveller>,
  travellerId: string,
  update: object,
): Promise<number> {
  const found = await collection.find({ travellerId }).toArray();
  if (found.length === 0) return 0;
  await collection.bulkWrite(
    found.map(({ _id }) => ({ updateOne: { filter: { _id, travellerId }, update } })),
  );
  return found.length;
}
