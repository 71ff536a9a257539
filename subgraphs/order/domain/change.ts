import type { Order } from './order.ts';
import type { TransitionCause } from './state.ts';

/** A change of one order: its cause, its time, and what else is noted in the order. */
export type Change = {
  sn: string;
  cause: TransitionCause;
  at: Date;
  paymentSn?: string;
  refundSn?: string;
};

/** Changes an order as a compare-and-set. Null if another change came first. */
export type ChangeOrder = (change: Change) => Promise<Order | null>;
