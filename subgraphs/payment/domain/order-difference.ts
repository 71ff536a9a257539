import type { Booking, DifferenceKind } from './difference.ts';
import type { Payment } from './payment.ts';
import { isStuck, type Refund } from './refund.ts';

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
