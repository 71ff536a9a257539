import type { Payment } from './payment.ts';

/** From which state a refund may come into which. */
export const refundTransitions = {
  REQUESTED: ['APPROVED', 'DECLINED'],
  APPROVED: ['SENT', 'SUCCESS', 'FAILED'],
  SENT: ['SUCCESS', 'FAILED'],
  SUCCESS: [],
  FAILED: [],
  DECLINED: [],
} as const satisfies Record<string, readonly string[]>;

export type RefundState = keyof typeof refundTransitions;

const states = Object.keys(refundTransitions) as RefundState[];

/** The states a refund may be in to come into `to`. */
export const refundStatesBefore = (to: RefundState): RefundState[] =>
  states.filter((from) => (refundTransitions[from] as readonly RefundState[]).includes(to));

/** Who or what asked for a refund. */
export type RefundCause = 'TRAVELLER' | 'HOST' | 'OPERATOR' | 'ORDER_REFUSED_PAYMENT';

/** Money on its way back, or back. */
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
  /** A payment has one refund under way at most. */
  open: boolean;
  createdAt: Date;
  settledAt?: Date;
  /** Whether the order knows how it ended. True from the start where no order has to know. */
  orderTold: boolean;
  /** How often the provider was asked in vain, and when it is asked again. */
  attempts: number;
  nextTryAt: Date;
};

const firstDelayMs = 1_000;
const longestDelayMs = 3_600_000;

/** How long to wait before the provider is asked again: a second, then twice as long each time, up to an hour. */
export const retryDelayMs = (attempts: number): number =>
  Math.min(firstDelayMs * 2 ** attempts, longestDelayMs);

export type RefundAsked = { payment: Payment; amount: number; reason: string; cause: RefundCause };

/** A new refund. One that the order itself caused needs no word from it, neither before nor after. */
export function newRefund(
  { payment, amount, reason, cause }: RefundAsked,
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
