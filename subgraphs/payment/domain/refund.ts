import type { Payment } from './payment.ts';
import { statesBefore, type Transitions } from './transitions.ts';

const transitions = {
  REQUESTED: ['APPROVED', 'DECLINED'],
  APPROVED: ['SENT', 'SUCCESS', 'FAILED'],
  SENT: ['SUCCESS', 'FAILED'],
  SUCCESS: [],
  FAILED: [],
  DECLINED: [],
} as const satisfies Record<string, readonly string[]>;

export type RefundState = keyof typeof transitions;

/** Every state of a refund, and the states that may follow it. Nothing else is allowed. */
export const refundTransitions: Transitions<RefundState> = transitions;

/** The states from which a refund may come into `to`. */
export const refundStatesBefore = (to: RefundState): RefundState[] =>
  statesBefore(refundTransitions, to);

/** The states in which a refund has ended. */
export type EndedRefundState = 'SUCCESS' | 'FAILED' | 'DECLINED';

/** Who or what caused a refund. */
export type RefundCause = 'TRAVELLER' | 'HOST' | 'OPERATOR' | 'ORDER_REFUSED_PAYMENT';

/** Money of a payment that goes back or has gone back. */
export type Refund = {
  sn: string;
  paymentSn: string;
  orderSn: string;
  travellerId: string;
  hostId: string;
  /** In minor units of `currency`. */
  amount: number;
  currency: string;
  reason: string;
  cause: RefundCause;
  state: RefundState;
  /** It has not ended. A payment has at most one open refund. */
  open: boolean;
  createdAt: Date;
  settledAt?: Date;
  /** The order knows how it ended. True from the start if no order has to know. */
  orderTold: boolean;
  /** How often the provider was asked without a final answer, and when to ask it again. */
  attempts: number;
  nextTryAt: Date;
};

const firstDelayMs = 1_000;
const longestDelayMs = 3_600_000;

/** How long to wait before the next try: a second after the first, then twice as long each time, at most an hour. */
export const retryDelayMs = (attempts: number): number =>
  Math.min(firstDelayMs * 2 ** attempts, longestDelayMs);

export type NewRefund = { payment: Payment; amount: number; reason: string; cause: RefundCause };

/** A new refund. The order caused an ORDER_REFUSED_PAYMENT itself, so it need not consent and need not be told. */
export function newRefund(
  { payment, amount, reason, cause }: NewRefund,
  sn: string,
  now: Date,
): Refund {
  const fromOrder = cause === 'ORDER_REFUSED_PAYMENT';
  return {
    sn,
    paymentSn: payment.sn,
    orderSn: payment.orderSn,
    travellerId: payment.travellerId,
    hostId: payment.hostId,
    amount,
    currency: payment.currency,
    reason,
    cause,
    state: fromOrder ? 'APPROVED' : 'REQUESTED',
    open: true,
    createdAt: now,
    orderTold: fromOrder,
    attempts: 0,
    nextTryAt: now,
  };
}
