import { allRefused } from '../../../runtime/refusal.ts';
import type { HomestayComment } from './homestay-comment.ts';
import { type CommentRefusal, refuseComment } from './refusal.ts';
import { storedText, textBounds, textFault } from './text-fault.ts';

/** What a guest writes. */
export type CommentInput = { stars: number; content: string; author: string };

/** A stay that was used, as the order service knows it. */
export type UsedStay = { sn: string; homestayId: string };

/**
 * The comment on a stay, or everything that is wrong with it. Its id is the order's number: one
 * stay, one comment.
 */
export function writeComment(
  { stars, ...input }: CommentInput,
  { sn, homestayId }: UsedStay,
  createdAt: Date,
): HomestayComment | CommentRefusal {
  const texts = { author: storedText(input.author), content: storedText(input.content) };
  const wrong: CommentRefusal[] = [];
  if (stars < 1 || stars > 5)
    wrong.push(
      refuseComment('STARS_OUT_OF_RANGE', undefined, {
        path: ['input', 'stars'],
        limits: { min: 1, max: 5 },
      }),
    );
  for (const field of ['author', 'content'] as const) {
    const { max } = textBounds[field];
    const fault = textFault(texts[field], textBounds[field]);
    const limits = fault === 'TEXT_TOO_LONG' ? { max } : { min: 1 };
    if (fault) wrong.push(refuseComment(fault, undefined, { path: ['input', field], limits }));
  }
  return allRefused(wrong) ?? { id: sn, homestayId, stars, ...texts, createdAt };
}

/** Whether a guest says the same again, as a client does that got no answer. */
export const isSameComment = (one: HomestayComment, other: HomestayComment): boolean =>
  one.stars === other.stars && one.content === other.content && one.author === other.author;
