import { type Refused, refusals } from '../../../runtime/refusal.ts';

/** What a user reads for each reason why a host's change is refused. A new reason is a new line. */
const hostMessages = {
  HOMESTAY_UNKNOWN: 'You have no such homestay.',
  SHOP_UNKNOWN: 'You have no such shop.',
  TEXT_EMPTY: 'This text must not be empty.',
  TEXT_TOO_LONG: 'This text is too long.',
  NUMBER_OUT_OF_RANGE: 'This number is out of range.',
  NIGHTS_CONTRADICT: 'The most nights must not be fewer than the fewest.',
  PRICE_OUT_OF_RANGE: 'This price is out of range.',
  CURRENCY_DIFFERS: 'All prices of a homestay must be in one currency.',
  IMAGE_INVALID: 'A picture needs an https address and a description of up to 200 characters.',
  TOO_MANY_IMAGES: 'These are too many pictures.',
  TOO_MANY_AMENITIES: 'These are too many amenities.',
  DATES_INVALID: 'The last date must be after the first.',
  TOO_MANY_NIGHTS: 'These are too many nights at once.',
  EMAIL_UNKNOWN: 'Your sign-in tells no address for mail.',
} as const;
export type HostRefusalReason = keyof typeof hostMessages;
export type HostRefusal = Refused<HostRefusalReason>;
export const refuseHost = refusals(hostMessages);

/** What a user reads for each reason why a comment is refused. A new reason is a new line. */
const commentMessages = {
  ORDER_UNKNOWN: 'You have no such order.',
  STAY_NOT_USED: 'You can comment once you have been checked in.',
  COMMENT_EXISTS: 'You have commented on this stay before.',
  STARS_OUT_OF_RANGE: 'Give 1 to 5 stars.',
  TEXT_EMPTY: 'This text must not be empty.',
  TEXT_TOO_LONG: 'This text is too long.',
} as const;
export type CommentRefusalReason = keyof typeof commentMessages;
export type CommentRefusal = Refused<CommentRefusalReason>;
export const refuseComment = refusals(commentMessages);
