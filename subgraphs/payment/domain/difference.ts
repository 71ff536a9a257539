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
export type Difference = {
  kind: DifferenceKind;
  orderSn: string;
  paymentSn: string | null;
  /** How much is to go back; absent where nothing is owed. */
  owed?: Money;
};

/** How money disagrees with its order, and how much is to go back. */
export type MoneyDifference = { kind: DifferenceKind; owed: number };

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
): MoneyDifference | null {
  const only = (kind: DifferenceKind) => ({ kind, owed: 0 });
  if (leftOf(payment) < 0) return only('REFUNDED_TOO_MUCH');
  const open = refunds.find((refund) => refund.open);
  if (open) return isStuck(open, now) ? only('REFUND_STUCK') : null;
  if (!payment.orderAnswer) return only('ORDER_NOT_TOLD');
  const ofOrder =
    payment.orderAnswer === 'REFUSED'
      ? differenceOfRefused(payment, booking)
      : differenceOfBooking(payment, booking, { refunds, step });
  return ofOrder ?? (addsUp(payment, refunds) ? null : only('REFUNDS_DO_NOT_ADD_UP'));
}

/** What a payment says has gone back is what its refunds say. */
const addsUp = ({ refunded }: Payment, refunds: readonly Refund[]): boolean =>
  refunded === sumOf(refunds.filter(({ state }) => state === 'SUCCESS'));

const sumOf = (refunds: readonly Refund[]): number =>
  refunds.reduce((sum, { amount }) => sum + amount, 0);

const isStuck = ({ createdAt }: Refund, now: Date): boolean =>
  now.getTime() - createdAt.getTime() > longestRefundMs;

/** Money that the order does not have must go back. It should have had what came in time. */
function differenceOfRefused(payment: Payment, booking: Booking | null): MoneyDifference | null {
  const { amount, currency } = moneyOf(payment);
  const asAsked = amount === payment.amount && currency === payment.currency;
  const left = leftOf(payment);
  if (left > 0) return { kind: asAsked ? 'REFUSED_MONEY_KEPT' : 'OTHER_AMOUNT_KEPT', owed: left };
  const { paidAt } = payment;
  const deadline = booking?.missedDeadline;
  const inTime = asAsked && paidAt && deadline && paidAt < deadline;
  return inTime ? { kind: 'PAID_IN_TIME_BUT_CLOSED', owed: 0 } : null;
}

/**
 * Money that the order accepted must be money of that order, and what is owed of it must go back. A
 * part that the bank sent back is owed whatever has become of the stay.
 */
function differenceOfBooking(
  payment: Payment,
  booking: Booking | null,
  { refunds, step }: Omit<Compared, 'booking'>,
): MoneyDifference | null {
  const left = leftOf(payment);
  if (booking?.paymentSn !== payment.sn) return { kind: 'MONEY_WITHOUT_BOOKING', owed: left };
  const owed = Math.min(owedOf(payment, booking, { refunds, step }), left);
  if (owed > 0) {
    const isByBank = refunds.some((one) => one.contradicted && isToLast(one, booking));
    return { kind: isByBank ? 'REFUND_SENT_BACK' : 'ENDED_BUT_KEPT', owed };
  }
  const isGone = isReturned(refunds) || left === 0;
  return booking.usable && isGone ? { kind: 'REFUNDED_BUT_BOOKED', owed: 0 } : null;
}

/** How much more must go back of the money of an order. */
function owedOf(
  payment: Payment,
  booking: Booking,
  { refunds, step }: Omit<Compared, 'booking'>,
): number {
  const anew = owedAnew(refunds, booking);
  if (!booking.ended) return anew;
  const ending = refunds.find(({ sn }) => sn === booking.refundSn);
  const left = leftOf(payment);
  const ofShare = shareOf(payment, booking.shareOwed ?? 0, step) - payment.refunded;
  // Nobody knows how much a refund was to give back that is lost.
  if (booking.refundSn && !ending) return ofShare > 0 ? ofShare : left;
  // A host who ends a stay owes all of it.
  const all = ending && ending.cause !== 'TRAVELLER' ? left : 0;
  return Math.max(anew, ofShare, all);
}

/**
 * A refund that did not last and must be made anew: a part, or the one that ended the stay. One that
 * was to end a stay that goes on was for nothing, and what the provider takes back of its own is
 * nobody's refund.
 */
const isToLast = ({ sn, state, cause, endsStay, contradicted }: Refund, booking: Booking) =>
  state !== 'SUCCESS' &&
  cause !== 'PROVIDER' &&
  (endsStay ? booking.ended && sn === booking.refundSn : contradicted === true);

/**
 * How much of the refunds that did not last has not been given back anew. A refund that begins while
 * something is owed gives that back first: if it does not last either, the same is owed as before,
 * and not twice.
 */
function owedAnew(refunds: readonly Refund[], booking: Booking): number {
  const steps = refunds
    .flatMap((refund) => [
      { at: refund.createdAt, refund, begins: true },
      ...(refund.state === 'SUCCESS'
        ? []
        : [{ at: refund.settledAt ?? refund.createdAt, refund, begins: false }]),
    ])
    .sort((a, b) => a.at.getTime() - b.at.getTime() || Number(b.begins) - Number(a.begins));
  const givenAnew = new Map<Refund, number>();
  let owed = 0;
  for (const { refund, begins } of steps) {
    const anew = givenAnew.get(refund) ?? Math.min(owed, refund.amount);
    givenAnew.set(refund, anew);
    if (begins) owed -= anew;
    else owed += isToLast(refund, booking) ? refund.amount : anew;
  }
  return owed;
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
