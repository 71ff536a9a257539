import type { Filter } from 'mongodb';
import type { TimeKey } from './connection.ts';

/** How documents are sorted for a list that has the newest first. */
export const newestFirst = { createdAt: -1, _id: -1 } as const;

/** What comes after a page of such a list; everything where none was read. */
export function beyond<Document extends { _id: string; createdAt: Date }>(
  after: TimeKey | null,
): Filter<Document> {
  if (!after) return {};
  const { createdAt, sn } = after;
  const next = { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: sn } }] };
  return next as Filter<Document>;
}
