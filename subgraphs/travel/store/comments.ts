import type { HomestayComment } from '../domain/homestay-comment.ts';
import { type Collections, type CommentDocument, entityOf } from './collections.ts';
import { listsByParent } from './lists-by-parent.ts';

export type CommentStore = ReturnType<typeof commentStore>;

export const commentStore = ({ homestays, comments }: Collections) => ({
  /** Those of `ids` that exist, in any order. */
  byIds: async (ids: readonly string[]): Promise<HomestayComment[]> => {
    const found = await comments.find({ _id: { $in: [...ids] } }).toArray();
    return found.map((comment) => entityOf(comment));
  },
  /** The latest comments of each homestay, from the one after `after`. */
  latestByHomestay: async (
    homestayIds: readonly string[],
    { after, limit }: { after: { createdAt: Date; id: string } | null; limit: number },
  ): Promise<Map<string, HomestayComment[]>> => {
    const lists = await listsByParent<CommentDocument>(homestays, homestayIds, {
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
    return new Map([...lists].map(([id, list]) => [id, list.map((comment) => entityOf(comment))]));
  },
});
