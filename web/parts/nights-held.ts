import type { OrderState } from '../api/generated.ts';

/** Whether an order in a state holds its nights. A new state does not compile without a row. */
export const holdsNights: Record<OrderState, boolean> = {
  WAIT_PAY: true,
  WAIT_USE: true,
  USED: true,
  CANCELLED: false,
  REFUNDED: false,
  EXPIRED: true,
};

/** The states in which nobody else can book the nights of an order. */
export const statesThatHoldNights = (Object.keys(holdsNights) as OrderState[]).filter(
  (state) => holdsNights[state],
);
