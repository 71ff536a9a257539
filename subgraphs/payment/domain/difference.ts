import type { Money } from './payment.ts';

/** What reconciliation must know of an order. */
export type OrderStatus = {
  sn: string;
  /** It waits to be paid. */
  payable: boolean;
  /** It is paid and not used yet. */
  usable: boolean;
  /** Its stay was ended after it was paid, so that its nights are free. */
  ended: boolean;
  paymentSn: string | null;
  /** The refund that holds it or has ended its stay. */
  refundSn: string | null;
  /** When it came into its state. */
  since: Date;
};

/** An order with all that is compared with its payments. */
export type Booking = OrderStatus & {
  /** How much of the price must have gone back at least, in percent; null if it was not ended. */
  shareOwed: number | null;
  /** The deadline at which it was closed unpaid; null if it was not. */
  missedDeadline: Date | null;
  /** How many of its nights it holds, and how many an order in its state holds. */
  nightsHeld: number;
  nightsDue: number;
};

/**
 * Every way in which money and bookings, or our ledger and a provider's, can disagree. A new kind
 * is a new line here and in the schema, which says what an operator can do about it.
 */
export const differenceKinds = [
  'ORDER_NOT_TOLD',
  'MONEY_WITHOUT_BOOKING',
  'REFUSED_MONEY_KEPT',
  'OTHER_AMOUNT_KEPT',
  'REFUND_STUCK',
  'REFUNDED_BUT_BOOKED',
  'BOOKING_WITHOUT_MONEY',
  'ENDED_BUT_KEPT',
  'REFUND_SENT_BACK',
  'REFUNDED_TOO_MUCH',
  'REFUNDS_DO_NOT_ADD_UP',
  'PAID_IN_TIME_BUT_CLOSED',
  'NIGHTS_NOT_HELD',
  'NIGHTS_NOT_FREE',
  'HELD_WITHOUT_REFUND',
  'ATTEMPT_UNANSWERED',
  'PROVIDER_HAS_MORE',
  'PROVIDER_HAS_LESS',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** What was compared with our payments: the orders, or the providers' lists. */
export const differenceSources = ['ORDERS', 'PROVIDERS'] as const;
export type DifferenceSource = (typeof differenceSources)[number];

/** One disagreement that was found. */
export type Difference = {
  kind: DifferenceKind;
  orderSn: string;
  paymentSn: string | null;
  /** How much is to go back; absent where nothing is owed. */
  owed?: Money;
  /**
   * What was compared, as text: once it is another, what an operator has acknowledged is not this
   * any more. Absent in what an earlier release has stored.
   */
  basis?: string;
};

/** What one difference is told from others by. */
export type DifferenceKey = Pick<Difference, 'kind' | 'orderSn' | 'paymentSn'>;

/** An operator knows of a difference, and nothing is to be done about it any more. */
export type Acknowledgement = { by: string; reason: string; at: Date };

/** A difference, when it was last found, and who has acknowledged it, the first one first. */
export type FoundDifference = Difference & {
  foundAt: Date;
  acknowledgements: readonly Acknowledgement[];
};
