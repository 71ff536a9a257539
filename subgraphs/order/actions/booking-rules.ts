import { maxRemarkLength } from '../domain/place-order.ts';
import type { OrderLimits } from '../domain/stay-rules.ts';

/** The rules that hold for every order, whatever the homestay. */
export const bookingRules = ({ limits }: { limits: OrderLimits }) => ({
  maxNights: limits.maxNights,
  maxDaysAhead: limits.maxDaysAhead,
  maxRemarkLength,
  maxUnpaidOrders: limits.maxUnpaid,
  maxUnpaidOrdersAtHomestay: limits.maxUnpaidAtHomestay,
  payWithinMs: limits.closeAfterMs,
  refundPolicy: [...limits.refundPolicy],
});

/** The instant by the clock that deadlines are judged on. */
export const serverTime = (needs: { now(): Promise<Date> }): Promise<Date> => needs.now();
