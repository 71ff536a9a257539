import type { Collection, Db, Filter } from 'mongodb';

type OfTraveller = { _id: string; travellerId: string };

/** What is stored of one traveller, to give it to them or to erase it. */
export function personalPayments(db: Db) {
  const payments = db.collection<OfTraveller>('payments');
  const refunds = db.collection<OfTraveller>('refunds');
  const emails = db.collection<OfTraveller>('emails');
  return {
    exportPayments: async (travellerId: string) => ({
      payments: await payments.find({ travellerId }).toArray(),
      refunds: await refunds.find({ travellerId }).toArray(),
      emails: await emails.find({ travellerId }).toArray(),
    }),

    /** Payments and refunds that have not ended, and emails that are not sent. */
    openWork: async (travellerId: string): Promise<string[]> => {
      const waiting = { travellerId, state: 'WAIT' } as Filter<OfTraveller>;
      const open = { travellerId, open: true } as Filter<OfTraveller>;
      const unsent = { travellerId, sent: false } as Filter<OfTraveller>;
      return [
        ...(await payments.find(waiting).toArray()),
        ...(await refunds.find(open).toArray()),
        ...(await emails.find(unsent).toArray()),
      ].map(({ _id }) => _id);
    },

    /** Puts a pseudonym in the place of a traveller; the emails go. */
    async erasePayments(travellerId: string, pseudonym: string): Promise<number> {
      const paid = await erase(payments, travellerId, {
        $set: { travellerId: pseudonym },
        $unset: { payerId: '' },
      });
      const refunded = await erase(refunds, travellerId, {
        $set: { travellerId: pseudonym, reason: '' },
      });
      for (const { _id } of await emails.find({ travellerId }).toArray())
        await emails.deleteOne({ _id });
      return paid + refunded;
    },
  };
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
