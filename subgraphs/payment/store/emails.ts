import type { ClientSession, Db } from 'mongodb';
import type { Notice } from '../domain/email.ts';

type NoticeDocument = Omit<Notice, 'id'> & { _id: string; sent: boolean; nextTryAt: Date };

export type NoticeStore = ReturnType<typeof noticeStore>;

/** Messages to travellers, written in the transaction of what they tell of, and sent afterwards. */
export function noticeStore(db: Db) {
  const notices = db.collection<NoticeDocument>('notices');
  return {
    prepare: async (): Promise<void> => {
      await notices.createIndex({ sent: 1, nextTryAt: 1 });
    },

    insert: async ({ id, ...notice }: Notice, now: Date, session: ClientSession): Promise<void> => {
      await notices.insertOne({ _id: id, ...notice, sent: false, nextTryAt: now }, { session });
    },

    /** Takes one that is due; nobody else gets it before `until`. */
    async take(now: Date, until: Date): Promise<Notice | undefined> {
      const due = { sent: false, nextTryAt: { $lte: now } };
      const found = await notices.findOneAndUpdate(due, { $set: { nextTryAt: until } });
      if (!found) return undefined;
      const { _id: id, travellerId, subject, text } = found;
      return { id, travellerId, subject, text };
    },

    sent: async (id: string): Promise<void> => {
      await notices.updateOne({ _id: id }, { $set: { sent: true } });
    },
  };
}
