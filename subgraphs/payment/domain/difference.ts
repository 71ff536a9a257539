import { leftOf, type Money, moneyOf, type Payment } from './payment.ts';
import type { RefundFact } from './provider.ts';
import type { Refund } from './refund.ts';
import { type RefundStep, shareOf } from './refund-request.ts';

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
export type Difference = { kind: DifferenceKind; orderSn: string; paymentSn: string | null };

/** A difference, and when it was last found. */
export type FoundDifference = Difference & { foundAt: Date };

/** A provider may take its time, but a person should look at a refund that takes longer. */
const longestRefundMs = 24 * 3_600_000;

/** What is compared with one payment. */
export type Compared = {
  booking: Booking | null;
  /** Those of this payment. */
  refunds: readonly Refund[];
  /** In what steps its provider refunds. */
  step: RefundStep;
};

/** How money that has arrived disagrees with its order; null if it agrees. */
export function differenceOf(
  payment: Payment,
  { booking, refunds, step }: Compared,
  now: Date,
): DifferenceKind | null {
  const left = leftOf(payment);
  if (left < 0) return 'REFUNDED_TOO_MUCH';
  const open = refunds.find((refund) => refund.open);
  if (open) return isStuck(open, now) ? 'REFUND_STUCK' : null;
  if (!payment.orderAnswer) return 'ORDER_NOT_TOLD';
  const ofOrder =
    payment.orderAnswer === 'REFUSED'
      ? differenceOfRefused(payment, booking)
      : differenceOfBooking(payment, booking, { refunds, step });
  return ofOrder ?? (addsUp(payment, refunds) ? null : 'REFUNDS_DO_NOT_ADD_UP');
}

/** What a payment says has gone back is what its refunds say. */
const addsUp = ({ refunded }: Payment, refunds: readonly Refund[]): boolean =>
  refunded === sumOf(refunds.filter(({ state }) => state === 'SUCCESS'));

const sumOf = (refunds: readonly Refund[]): number =>
  refunds.reduce((sum, { amount }) => sum + amount, 0);

const isStuck = ({ createdAt }: Refund, now: Date): boolean =>
  now.getTime() - createdAt.getTime() > longestRefundMs;

/** Money that the order does not have must go back. It should have had what came in time. */
function differenceOfRefused(payment: Payment, booking: Booking | null): DifferenceKind | null {
  const { amount, currency } = moneyOf(payment);
  const asAsked = amount === payment.amount && currency === payment.currency;
  if (leftOf(payment) > 0) return asAsked ? 'REFUSED_MONEY_KEPT' : 'OTHER_AMOUNT_KEPT';
  const { paidAt } = payment;
  const deadline = booking?.missedDeadline;
  return asAsked && paidAt && deadline && paidAt < deadline ? 'PAID_IN_TIME_BUT_CLOSED' : null;
}

/**
 * Money that the order accepted must be money of that order, and what is owed must go back if the
 * stay was ended.
 */
function differenceOfBooking(
  payment: Payment,
  booking: Booking | null,
  { refunds, step }: Omit<Compared, 'booking'>,
): DifferenceKind | null {
  if (booking?.paymentSn !== payment.sn) return 'MONEY_WITHOUT_BOOKING';
  if (booking.usable)
    return isReturned(refunds) || leftOf(payment) === 0 ? 'REFUNDED_BUT_BOOKED' : null;
  if (!booking.ended || leftOf(payment) === 0) return null;
  const ending = refunds.find(({ sn }) => sn === booking.refundSn);
  if (booking.refundSn && ending?.state !== 'SUCCESS')
    return differenceOfFailedEnd(ending, refunds);
  const afterEnd = ending ? differenceAfterEnd(payment, ending, refunds) : null;
  if (afterEnd || payment.refunded >= shareOf(payment, booking.shareOwed ?? 0, step))
    return afterEnd;
  return sentBack(refunds).length > 0 ? 'REFUND_SENT_BACK' : 'ENDED_BUT_KEPT';
}

/** The refund that ended the stay did not last. What an operator gives back instead is enough. */
function differenceOfFailedEnd(
  ending: Refund | undefined,
  refunds: readonly Refund[],
): DifferenceKind | null {
  const since = refunds.filter(
    ({ state, createdAt }) => state === 'SUCCESS' && ending && createdAt > ending.createdAt,
  );
  if (ending && sumOf(since) >= ending.amount) return null;
  return ending?.contradicted ? 'REFUND_SENT_BACK' : 'ENDED_BUT_KEPT';
}

/** Refunds that have succeeded, and whose money the bank sent back later. */
const sentBack = (refunds: readonly Refund[]): Refund[] =>
  refunds.filter(({ state, contradicted }) => state === 'FAILED' && contradicted);

/**
 * The refund that ended the stay was of what was left then. An earlier refund that the bank has
 * sent back since is left again, and owed. A host who ends a stay owes all of it.
 */
function differenceAfterEnd(
  payment: Payment,
  ending: Refund,
  refunds: readonly Refund[],
): DifferenceKind | null {
  const since = refunds.filter(
    ({ state, createdAt }) => state === 'SUCCESS' && createdAt > ending.createdAt,
  );
  if (sumOf(sentBack(refunds)) > sumOf(since)) return 'REFUND_SENT_BACK';
  return ending.cause !== 'TRAVELLER' && leftOf(payment) > 0 ? 'ENDED_BUT_KEPT' : null;
}

/**
 * Money of a stay went back, and the stay was to end with it or the provider gave it back by
 * itself. A part that a host or an operator gives back is not meant: see decision 0011.
 */
const isReturned = (refunds: readonly Refund[]): boolean =>
  refunds.some(
    ({ state, endsStay, cause }) => state === 'SUCCESS' && (endsStay || cause === 'PROVIDER'),
  );

/** How a paid order disagrees with the payment it names. */
export const orderDifferenceOf = (
  { sn }: Booking,
  payment: Payment | null,
): DifferenceKind | null =>
  payment?.paidAt && payment.orderSn === sn && payment.orderAnswer !== 'REFUSED'
    ? null
    : 'BOOKING_WITHOUT_MONEY';

/** How an order's nights disagree with its state. */
export function nightsDifferenceOf({ nightsHeld, nightsDue }: Booking): DifferenceKind | null {
  if (nightsHeld === nightsDue) return null;
  return nightsHeld < nightsDue ? 'NIGHTS_NOT_HELD' : 'NIGHTS_NOT_FREE';
}

/** How a held order disagrees with the refund that holds it. */
export function heldDifferenceOf(refund: Refund | null, now: Date): DifferenceKind | null {
  if (!refund) return 'HELD_WITHOUT_REFUND';
  return refund.open && isStuck(refund, now) ? 'REFUND_STUCK' : null;
}

/**
 * A provider may be away for a while, but a person should look at an attempt that keeps its order
 * waiting for longer.
 */
const longestAttemptMs = 10 * 60_000;

/**
 * How an attempt that is to be closed disagrees with its payment: its provider has not said for too
 * long how it ended.
 */
export function attemptDifferenceOf(payment: Payment | null, now: Date): DifferenceKind | null {
  if (payment?.state !== 'WAIT') return null;
  const overdueMs = now.getTime() - payment.payBefore.getTime();
  return overdueMs > longestAttemptMs ? 'ATTEMPT_UNANSWERED' : null;
}

/** What a provider holds of a payment: what was paid there, and what went back of it. */
export type HeldAtProvider = Money & { refunded: number };

/**
 * How our ledger disagrees with the provider's about one payment. Null stands for a payment that
 * nobody has paid there.
 */
export function providerDifferenceOf(
  payment: Payment,
  held: HeldAtProvider | null,
): DifferenceKind | null {
  const isSame = held?.currency === moneyOf(payment).currency;
  const theirs = held && isSame ? held.amount - held.refunded : 0;
  const ours = leftOf(payment);
  if (theirs === ours) return null;
  return theirs > ours ? 'PROVIDER_HAS_MORE' : 'PROVIDER_HAS_LESS';
}

/**
 * How our refunds of a payment disagree with those that its provider made since then. What was asked
 * for earlier may be in either list.
 */
export function refundDifferenceOf(
  ours: readonly Refund[],
  listed: readonly RefundFact[],
  since: Date,
): DifferenceKind | null {
  const theirs = listed.filter(({ refund }) => refund.state !== 'FAILED');
  const isBooked = (fact: RefundFact) =>
    ours.some(
      ({ sn, providerRef, amount, state, open }) =>
        (sn === fact.sn || providerRef === fact.ref) &&
        amount === fact.amount &&
        (open || state === 'SUCCESS'),
    );
  if (!theirs.every(isBooked)) return 'PROVIDER_HAS_LESS';
  // What the provider made by itself may have come to us late.
  const sent = ours.filter(
    ({ state, cause, createdAt }) =>
      state === 'SUCCESS' && cause !== 'PROVIDER' && createdAt >= since,
  );
  return sent.every(({ sn }) => theirs.some((fact) => fact.sn === sn)) ? null : 'PROVIDER_HAS_MORE';
}
