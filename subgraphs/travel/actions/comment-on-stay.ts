import { isRefused } from '../../../runtime/refusal.ts';
import type { HomestayComment } from '../domain/homestay-comment.ts';
import { type CommentRefusal, refuseComment } from '../domain/refusal.ts';
import { type CommentInput, isSameComment, writeComment } from '../domain/write-comment.ts';

/**
 * What the order service says about a stay: whose it is, and whether the guest has been checked in.
 */
export type OrderedStay = { homestayId: string; travellerId: string; used: boolean };

export type CommentOnStayNeeds = {
  now(): Promise<Date>;
  /** Null if there is no such order. */
  orderedStay(orderSn: string): Promise<OrderedStay | null>;
  /** Returns the earlier comment if the stay has one already. */
  addComment(comment: HomestayComment): Promise<HomestayComment | null>;
};

/**
 * Stores a guest's comment on a used stay, once. Saying the same again returns the comment, so a
 * client may repeat itself.
 */
export async function commentOnStay(
  needs: CommentOnStayNeeds,
  userId: string,
  { orderSn, ...input }: CommentInput & { orderSn: string },
): Promise<HomestayComment | CommentRefusal> {
  const path = ['input', 'orderSn'];
  const stay = await needs.orderedStay(orderSn);
  if (stay?.travellerId !== userId) return refuseComment('ORDER_UNKNOWN', undefined, { path });
  if (!stay.used) return refuseComment('STAY_NOT_USED', undefined, { path });
  const { homestayId } = stay;
  const comment = writeComment(input, { sn: orderSn, homestayId }, await needs.now());
  if (isRefused(comment)) return comment;
  const earlier = await needs.addComment(comment);
  if (!earlier) return comment;
  return isSameComment(earlier, comment)
    ? earlier
    : refuseComment('COMMENT_EXISTS', undefined, { path });
}
