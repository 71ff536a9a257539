import {
  type Connection,
  connectionOf,
  type PageInput,
  pageSize,
} from '../../../runtime/connection.ts';
import type { HomestayComment } from '../domain/homestay-comment.ts';
import { readCommentCursor } from './read-cursor.ts';

export type ListCommentsOfHomestaysNeeds = {
  latestByHomestay(
    homestayIds: readonly string[],
    slice: { after: { createdAt: Date; id: string } | null; limit: number },
  ): Promise<Map<string, HomestayComment[]>>;
};

/**
 * The same page of each homestay's comments, latest first, in the order of `homestayIds`.
 * @throws BAD_USER_INPUT
 */
export async function listCommentsOfHomestays(
  needs: ListCommentsOfHomestaysNeeds,
  homestayIds: readonly string[],
  page: PageInput,
): Promise<Connection<HomestayComment>[]> {
  const first = pageSize(page);
  const after = readCommentCursor(page);
  const lists = await needs.latestByHomestay(homestayIds, { after, limit: first + 1 });
  return homestayIds.map((id) =>
    connectionOf(lists.get(id) ?? [], page, (comment) => [comment.createdAt.getTime(), comment.id]),
  );
}
