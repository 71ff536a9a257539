import type { ClientSession, Db } from 'mongodb';
import { always, type DocumentOf, documentDoor } from '../../../runtime/document-door.ts';
import { type Origin, originNow } from '../../../runtime/origin.ts';
import type { Email } from '../domain/email.ts';

type Inner = {
  sent: boolean;
  nextTryAt: Date;
  /** Absent in what an earlier release has written. */
  writtenAt?: Date;
  sentAt?: Date;
  /** Of what it tells of. */
  origin?: Origin;
};

const door = documentDoor<Email, 'id', Inner>({
  key: 'id',
  fields: { to: 'TRAVELLER', travellerId: always, orderSn: null, subject: always, text: always },
  inner: ['sent', 'nextTryAt', 'writtenAt', 'sentAt', 'origin'],
});

export type Emails = ReturnType<typeof openEmails>;

/**
 * Emails to travellers and hosts. Each is written once, in the transaction of the event it tells of,
 * and sent afterwards.
 */
export function openEmails(db: Db) {
  const emails = db.collection<DocumentOf<Email, 'id', Inner>>('emails');
  return {
    insertEmail: async (email: Email, now: Date, session: ClientSession): Promise<void> => {
      const { _id, ...unsent } = door.toDocument(email, {
        ...{ sent: false, nextTryAt: now, writtenAt: now },
        ...originNow(),
      });
      await emails.updateOne({ _id }, { $setOnInsert: unsent }, { upsert: true, session });
    },

    /** Takes one that is due, and what made it. Nobody else gets it before `until`. */
    async takeEmail(now: Date, until: Date): Promise<(Email & { origin?: Origin }) | null> {
      const due = { sent: false, nextTryAt: { $lte: now } };
      const found = await emails.findOneAndUpdate(due, { $set: { nextTryAt: until } });
      if (!found) return null;
      const { origin } = found;
      return { ...door.fromDocument(found), ...(origin ? { origin } : {}) };
    },

    /** The database deletes it 90 days later. */
    markEmailSent: async (id: string): Promise<void> => {
      const sent = { $set: { sent: true }, $currentDate: { sentAt: true as const } };
      await emails.updateOne({ _id: id }, sent);
    },
  };
}
