import type { Collection, Db } from 'mongodb';
import { always, type DocumentOf, documentDoor } from '../../../runtime/document-door.ts';
import type { HomestayComment } from '../domain/homestay-comment.ts';
import { listsByParent } from './lists-by-parent.ts';

/** A comment as it is stored. */
export type CommentDocument = DocumentOf<HomestayComment, 'id'>;

export const commentCollection = (db: Db): Collection<CommentDocument> =>
  db.collection<CommentDocument>('comments');

const door = documentDoor<HomestayComment, 'id'>({
  key: 'id',
  fields: {
    homestayId: always,
    author: always,
    stars: always,
    content: always,
    createdAt: always,
  },
});

export const toComment = door.fromDocument;
export const toCommentDocument = door.toDocument;

/** What guests wrote. */
export function openComments(db: Db) {
  const comments = commentCollection(db);
  return {
    /** The comments with these ids, in any order. */
    commentsByIds: async (ids: readonly string[]): Promise<HomestayComment[]> =>
      (await comments.find({ _id: { $in: [...ids] } }).toArray()).map(toComment),

    /** The latest comments of each homestay, from the one after `after`. */
    latestByHomestay: async (
      homestayIds: readonly string[],
      { after, limit }: { after: { createdAt: Date; id: string } | null; limit: number },
    ): Promise<Map<string, HomestayComment[]>> => {
      const lists = await listsByParent<CommentDocument>(db.collection('homestays'), homestayIds, {
        from: comments.collectionName,
        foreignField: 'homestayId',
        match: after
          ? {
              $or: [
                { createdAt: { $lt: after.createdAt } },
                { createdAt: after.createdAt, _id: { $lt: after.id } },
              ],
            }
          : {},
        sort: { createdAt: -1, _id: -1 },
        limit,
      });
      return new Map([...lists].map(([id, list]) => [id, list.map(toComment)]));
    },
  };
}
