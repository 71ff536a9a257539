import type { Payment } from './payment.ts';

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
  /** When it came into its state. */
  since: Date;
};

/** Every way in which money and bookings can disagree. */
export const differences = [
  'order not told of its money',
  'money without a booking',
  'refused money not returned',
  'refund stuck',
  'money returned, order not refunded',
  'booking without money',
  'order refunded, money not returned',
] as const;
export type Difference = (typeof differences)[number];

/** A provider may take its time, but a person should look at a refund that takes longer. */
const longestRefundMs = 24 * 3_600_000;

/** How money that has arrived disagrees with its order; null if it agrees. */
export function differenceOf(
  payment: Payment,
  order: OrderStatus | null,
  now: Date,
): Difference | null {
  const { state, orderAnswer, changedAt } = payment;
  if (!orderAnswer) return 'order not told of its money';
  if (state === 'REFUNDING') {
    return now.getTime() - changedAt.getTime() > longestRefundMs ? 'refund stuck' : null;
  }
  if (orderAnswer === 'REFUSED') return state === 'REFUNDED' ? null : 'refused money not returned';
  return differenceOfBooking(payment, order);
}

/** Money that the order accepted must be money of that order. */
function differenceOfBooking({ sn, state }: Payment, order: OrderStatus | null): Difference | null {
  if (order?.paymentSn !== sn) return 'money without a booking';
  if (state === 'REFUNDED' && order.usable) return 'money returned, order not refunded';
  if (state === 'SUCCESS' && order.ended) return 'order refunded, money not returned';
  return null;
}

/** How a paid order disagrees with the payment it names. */
export const orderDifferenceOf = (payment: Payment | null): Difference | null =>
  payment?.paidAt ? null : 'booking without money';
