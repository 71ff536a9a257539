import type { ClientSession, Db } from 'mongodb';
import type { Email } from '../domain/email.ts';

type EmailDocument = Omit<Email, 'id'> & { _id: string; sent: boolean; nextTryAt: Date };

export type Emails = ReturnType<typeof openEmails>;

/** Emails to travellers. Each is written once, in the transaction of the event it tells of, and sent afterwards. */
export function openEmails(db: Db) {
  const emails = db.collection<EmailDocument>('emails');
  return {
    insertEmail: async (
      { id, ...email }: Email,
      now: Date,
      session: ClientSession,
    ): Promise<void> => {
      const unsent = { ...email, sent: false, nextTryAt: now };
      await emails.updateOne({ _id: id }, { $setOnInsert: unsent }, { upsert: true, session });
    },

    /** Takes one that is due. Nobody else gets it before `until`. */
    async takeEmail(now: Date, until: Date): Promise<Email | null> {
      const due = { sent: false, nextTryAt: { $lte: now } };
      const found = await emails.findOneAndUpdate(due, { $set: { nextTryAt: until } });
      if (!found) return null;
      const { _id: id, travellerId, subject, text } = found;
      return { id, travellerId, subject, text };
    },

    markEmailSent: async (id: string): Promise<void> => {
      await emails.updateOne({ _id: id }, { $set: { sent: true } });
    },
  };
}
