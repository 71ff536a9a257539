/** Every state of an order, as in the schema's `OrderState`. */
export const orderStates = [
  'WAIT_PAY',
  'WAIT_USE',
  'USED',
  'CANCELLED',
  'REFUNDED',
  'EXPIRED',
] as const;
export type OrderState = (typeof orderStates)[number];

/** One allowed change of an order's state. */
type Transition = {
  from: OrderState;
  to: OrderState;
  /** Whether its nights can be booked again: they are freed in the same transaction. */
  freesNights: boolean;
  /** Whether it happens only while a refund holds the order; all others happen only while none does. */
  byRefund: boolean;
};

/**
 * Every change of state there is, by its cause. Nothing else changes an order: a new cause is a new line.
 * PLACED is how an order begins and so is no row here.
 */
export const transitions = {
  PAID: { from: 'WAIT_PAY', to: 'WAIT_USE', freesNights: false, byRefund: false },
  DEADLINE_PASSED: { from: 'WAIT_PAY', to: 'CANCELLED', freesNights: true, byRefund: false },
  CANCELLED_BY_TRAVELLER: { from: 'WAIT_PAY', to: 'CANCELLED', freesNights: true, byRefund: false },
  CHECKED_IN: { from: 'WAIT_USE', to: 'USED', freesNights: false, byRefund: false },
  REFUNDED: { from: 'WAIT_USE', to: 'REFUNDED', freesNights: true, byRefund: true },
  CHECK_OUT_PASSED: { from: 'WAIT_USE', to: 'EXPIRED', freesNights: false, byRefund: false },
} as const satisfies Record<string, Transition>;

export type TransitionCause = keyof typeof transitions;
export type ChangeCause = 'PLACED' | TransitionCause;

/** Whether the traveller has paid for an order in this state, whatever became of it since. */
export const isPaid = (state: OrderState): boolean => state !== 'WAIT_PAY' && state !== 'CANCELLED';

/** Whether an order in this state can still change. */
export const isLive = (state: OrderState): boolean =>
  Object.values(transitions).some(({ from }) => from === state);
