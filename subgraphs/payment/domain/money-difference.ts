import type { Booking, DifferenceKind } from './difference.ts';
import { leftOf, moneyOf, type Payment } from './payment.ts';
import { isStuck, type Refund } from './refund.ts';
import { type RefundStep, shareOf } from './refund-request.ts';

/** How money disagrees with its order, and how much is to go back. */
export type MoneyDifference = { kind: DifferenceKind; owed: number };

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
