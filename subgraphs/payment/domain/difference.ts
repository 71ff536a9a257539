import type { Payment } from './payment.ts';

/** How an order stands, for comparison with its payments. */
export type OrderStanding = {
  sn: string;
  state: string;
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

/** A provider may take its time, but somebody should look at a refund that takes longer. */
const longestRefundMs = 24 * 3_600_000;

/** How money that has arrived disagrees with its order; undefined where all is well. */
export function differenceOf(
  payment: Payment,
  order: OrderStanding | undefined,
  now: Date,
): Difference | undefined {
  const { state, orderAnswer, sn, changedAt } = payment;
  if (!orderAnswer) return 'order not told of its money';
  if (state === 'REFUNDING') {
    return now.getTime() - changedAt.getTime() > longestRefundMs ? 'refund stuck' : undefined;
  }
  if (orderAnswer === 'REFUSED')
    return state === 'REFUNDED' ? undefined : 'refused money not returned';
  if (order?.paymentSn !== sn) return 'money without a booking';
  if (state === 'REFUNDED' && order.state === 'WAIT_USE')
    return 'money returned, order not refunded';
  if (state === 'SUCCESS' && order.state === 'REFUNDED')
    return 'order refunded, money not returned';
  return undefined;
}

/** How an order that was paid disagrees with the payment it names. */
export const orderDifferenceOf = (payment: Payment | undefined): Difference | undefined =>
  payment?.paidAt ? undefined : 'booking without money';
