/** What is true of an order in a state. */
type StateFacts = {
  /** The traveller has paid for it. It stays so if the money goes back. */
  paid: boolean;
  /** Nobody else can book its nights. */
  holdsNights: boolean;
  /** The guest has been checked in, and so may say how it was. */
  used: boolean;
};

/**
 * Every state of an order, as in the schema's `OrderState`, with all that the program knows of it.
 * Whatever depends on a state is derived from this table and from `transitions`; nothing else
 * compares states.
 */
export const states = {
  WAIT_PAY: { paid: false, holdsNights: true, used: false },
  WAIT_USE: { paid: true, holdsNights: true, used: false },
  USED: { paid: true, holdsNights: true, used: true },
  CANCELLED: { paid: false, holdsNights: false, used: false },
  REFUNDED: { paid: true, holdsNights: false, used: false },
  EXPIRED: { paid: true, holdsNights: true, used: false },
} as const satisfies Record<string, StateFacts>;

export type OrderState = keyof typeof states;
export const orderStates = Object.keys(states) as OrderState[];

/** One allowed change of an order's state. */
type Transition = {
  from: OrderState;
  to: OrderState;
  /**
   * It happens only while a refund holds the order. Every other one happens only while none does.
   */
  byRefund: boolean;
};

/**
 * Every change of state, by its cause. PLACED is how an order begins, so it has no row here. Nights
 * that the state before holds and the state after does not are freed in the same transaction.
 */
export const transitions = {
  PAID: { from: 'WAIT_PAY', to: 'WAIT_USE', byRefund: false },
  DEADLINE_PASSED: { from: 'WAIT_PAY', to: 'CANCELLED', byRefund: false },
  CANCELLED_BY_TRAVELLER: { from: 'WAIT_PAY', to: 'CANCELLED', byRefund: false },
  CHECKED_IN: { from: 'WAIT_USE', to: 'USED', byRefund: false },
  REFUNDED: { from: 'WAIT_USE', to: 'REFUNDED', byRefund: true },
  LEFT_WITHOUT_REFUND: { from: 'WAIT_USE', to: 'REFUNDED', byRefund: false },
  ENDED_AFTER_REFUNDS: { from: 'WAIT_USE', to: 'REFUNDED', byRefund: false },
  CHECK_OUT_PASSED: { from: 'WAIT_USE', to: 'EXPIRED', byRefund: false },
} as const satisfies Record<string, Transition>;

export type TransitionCause = keyof typeof transitions;
export type ChangeCause = 'PLACED' | TransitionCause;

export const transitionCauses = Object.keys(transitions) as TransitionCause[];

/** Whether an order in this state was paid, also if its money has gone back. */
export const isPaid = (state: OrderState): boolean => states[state].paid;

/** Whether the guest of an order in this state has been checked in. */
export const isUsed = (state: OrderState): boolean => states[state].used;

/** Whether this change can begin from this state. */
export const canChange = (state: OrderState, cause: TransitionCause): boolean =>
  transitions[cause].from === state;

/** Whether an order in this state can still change. */
export const isLive = (state: OrderState): boolean =>
  transitionCauses.some((cause) => canChange(state, cause));

/** The states in which an order can still change. */
export const liveStates = orderStates.filter(isLive);

/** The states in which an order stays for ever. */
export const endedStates = orderStates.filter((state) => !isLive(state));

/** Whether the order's nights can be booked again after this change. */
export const freesNights = (cause: TransitionCause): boolean => {
  const { from, to } = transitions[cause];
  return states[from].holdsNights && !states[to].holdsNights;
};

/** The state that an order is placed in. */
export const firstState = 'WAIT_PAY' satisfies OrderState;
