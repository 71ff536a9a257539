import type { PaymentDifferenceKind } from '../api/generated.ts';

export type Mend = 'tellAgain' | 'giveBack' | 'endStay' | 'release' | 'freeNights' | 'acknowledge';

/**
 * What an operator can do about each kind of difference, besides acknowledging it; for the others
 * there is only to look.
 */
export const mendsOf: Record<PaymentDifferenceKind, readonly Mend[]> = {
  ORDER_NOT_TOLD: [],
  MONEY_WITHOUT_BOOKING: ['tellAgain', 'giveBack'],
  REFUSED_MONEY_KEPT: ['giveBack'],
  OTHER_AMOUNT_KEPT: ['giveBack'],
  REFUND_STUCK: [],
  REFUNDED_BUT_BOOKED: ['endStay'],
  BOOKING_WITHOUT_MONEY: [],
  ENDED_BUT_KEPT: ['giveBack'],
  REFUND_SENT_BACK: ['giveBack'],
  REFUNDED_TOO_MUCH: [],
  REFUNDS_DO_NOT_ADD_UP: [],
  PAID_IN_TIME_BUT_CLOSED: [],
  NIGHTS_NOT_HELD: ['endStay'],
  NIGHTS_NOT_FREE: ['freeNights'],
  HELD_WITHOUT_REFUND: ['release'],
  ATTEMPT_UNANSWERED: [],
  PROVIDER_HAS_MORE: [],
  PROVIDER_HAS_LESS: [],
};

/** Whether a mend asks for a reason that the traveller reads. */
export const needsReason = (mend: Mend): boolean => mend === 'giveBack' || mend === 'endStay';
