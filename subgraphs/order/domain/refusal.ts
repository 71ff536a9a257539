import { type Refused, type RefusedDetails, refusals } from '../../../runtime/refusal.ts';

/**
 * What a user reads for each reason of the schema's `OrderRefusalReason`. A new reason is a new
 * line.
 */
const messages = {
  CHECK_OUT_NOT_AFTER_CHECK_IN: 'The check-out date must be after the check-in date.',
  CHECK_IN_PAST: 'The check-in date has passed.',
  STAY_TOO_SHORT: 'This homestay is let for more nights at a time.',
  STAY_TOO_LONG: 'The stay is longer than one order may be.',
  TOO_FAR_AHEAD: 'The check-in date is further ahead than orders are taken.',
  GUESTS_OUT_OF_RANGE: 'This homestay does not have room for that number of guests.',
  HOMESTAY_UNKNOWN: 'There is no such homestay.',
  HOMESTAY_OFF_SHELF: 'This homestay is not offered now.',
  SHOP_CLOSED: 'The shop of this homestay takes no orders now.',
  FOOD_NOT_SERVED: 'This homestay serves no food.',
  REMARK_TOO_LONG: 'The remark is too long.',
  NIGHTS_TAKEN: 'Some of these nights are taken.',
  NIGHTS_OUT_OF_RANGE: 'Name 1 to 366 nights, the last date after the first.',
  CALENDAR_URL_INVALID: 'This address can not be asked for a calendar.',
  TOO_MANY_CALENDARS: 'This homestay has as many calendars as are allowed.',
  SHOP_UNKNOWN: 'There is no such shop of yours.',
  WEBHOOK_UNKNOWN: 'There is no such webhook of yours.',
  WEBHOOK_URL_INVALID: 'This address can not be sent to.',
  TOO_MANY_WEBHOOKS: 'There are as many webhooks as are allowed.',
  IDEMPOTENCY_KEY_INVALID: 'The idempotency key must have 1 to 64 characters.',
  IDEMPOTENCY_KEY_REUSED: 'This idempotency key was used before for a different order.',
  ORDER_UNKNOWN: 'There is no such order.',
  STATE_FORBIDS: 'The order is no longer in a state that allows this.',
  TICKET_CODE_WRONG: 'This is not the ticket code of this order.',
  CHECK_IN_TOO_EARLY: 'The check-in date has not come yet.',
  CHECK_IN_TOO_LATE: 'The stay has ended.',
  AMOUNT_TOO_LARGE: 'This stay costs more than can be charged.',
  TOO_MANY_UNPAID: 'You have too many unpaid orders. Pay or cancel one first.',
} as const;

/**
 * The field of the input to blame, where it is always the same. A refusal of single cases names its
 * own.
 */
const fields = {
  ORDER_UNKNOWN: 'orderSn',
  HOMESTAY_UNKNOWN: 'homestayId',
  SHOP_UNKNOWN: 'shopId',
  WEBHOOK_UNKNOWN: 'id',
  NIGHTS_OUT_OF_RANGE: 'to',
  IDEMPOTENCY_KEY_REUSED: 'idempotencyKey',
  TICKET_CODE_WRONG: 'ticketCode',
} as const;

export type RefusalReason = keyof typeof messages;

/** Why something about an order is refused. */
export type Refusal = Refused<RefusalReason> & {
  takenNights?: string[];
  /** The caller's own unpaid order that holds some of those nights. */
  ownOrderSn?: string;
};

/** A refusal, with the sentence of its reason or a more exact one. */
export const refuse: (
  reason: RefusalReason,
  message?: string,
  details?: RefusedDetails,
) => Refusal = refusals(messages, fields);

/**
 * The refusal that names the nights which are no longer free, and the caller's own unpaid order if
 * it holds some of them.
 */
export const nightsTaken = (nights: string[], ownOrderSn: string | null): Refusal => ({
  ...refuse(
    'NIGHTS_TAKEN',
    ownOrderSn
      ? `Taken: ${nights.join(', ')}. Your own unpaid order ${ownOrderSn} holds nights of them.`
      : `Taken: ${nights.join(', ')}.`,
  ),
  path: ['input', 'checkIn'],
  takenNights: nights,
  ...(ownOrderSn ? { ownOrderSn } : {}),
});
