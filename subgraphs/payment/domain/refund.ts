import { moneyOf, type Payment } from './payment.ts';
import { statesBefore, type Transitions } from './transitions.ts';

const transitions = {
  REQUESTED: ['APPROVED', 'DECLINED'],
  APPROVED: ['SENT', 'SUCCESS', 'FAILED'],
  SENT: ['SUCCESS', 'FAILED'],
  // The provider's last word counts. A bank can send a refund back weeks later, and a failed one
  // can go through after all.
  SUCCESS: ['FAILED'],
  FAILED: ['SUCCESS'],
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

/**
 * Who or what caused a refund. The first three ask for it, ORDER_REFUSED_PAYMENT and OTHER_AMOUNT
 * are money that goes back by itself, and PROVIDER is money that the provider gave back on its own
 * page or in a dispute.
 */
export const refundCauses = [
  'TRAVELLER',
  'HOST',
  'OPERATOR',
  'ORDER_REFUSED_PAYMENT',
  'OTHER_AMOUNT',
  'PROVIDER',
] as const;
export type RefundCause = (typeof refundCauses)[number];

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
  /**
   * The stay ends with it. The order must consent, is held meanwhile, and is told how the refund
   * ended.
   */
  endsStay: boolean;
  /** The caller's key, unique per order; absent for money that goes back by itself. */
  idempotencyKey?: string;
  /** An operator asked for all that was left, or named an amount. Absent for other refunds. */
  ofAll?: boolean;
  state: RefundState;
  /** It has not ended. A payment has at most one open refund. */
  open: boolean;
  createdAt: Date;
  settledAt?: Date;
  /** The order knows how it ended. True from the start if no order has to know. */
  orderTold: boolean;
  /** It ended, and the provider later said that it ended the other way. */
  contradicted?: boolean;
  /** The provider's own name for it, if it made the refund by itself. */
  providerRef?: string;
  /** How often the provider was asked without a final answer. */
  attempts: number;
  /** When to ask the provider again. While a process asks, this is the end of its lease. */
  nextTryAt: Date;
};

const ourRefund = /^RFD\d{22}$/;

/** Whether a number that a provider names can be one of our refunds. */
export const isRefundSn = (text: string): boolean => ourRefund.test(text);

const firstDelayMs = 1_000;
const longestDelayMs = 3_600_000;

/**
 * How long to wait before the next try: a second after the first, then twice as long each time, at
 * most an hour.
 */
export const retryDelayMs = (attempts: number): number =>
  Math.min(firstDelayMs * 2 ** attempts, longestDelayMs);

export type NewRefund = {
  payment: Payment;
  amount: number;
  reason: string;
  cause: RefundCause;
  endsStay: boolean;
  idempotencyKey?: string;
  ofAll?: boolean;
};

/**
 * A new refund. One that ends the stay needs the order's consent; any other is ready to be sent.
 */
export const newRefund = (
  { payment, amount, reason, cause, endsStay, idempotencyKey, ofAll }: NewRefund,
  sn: string,
  now: Date,
): Refund => ({
  sn,
  paymentSn: payment.sn,
  orderSn: payment.orderSn,
  travellerId: payment.travellerId,
  hostId: payment.hostId,
  amount,
  currency: moneyOf(payment).currency,
  reason,
  cause,
  endsStay,
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  ...(ofAll === undefined ? {} : { ofAll }),
  state: endsStay ? 'REQUESTED' : 'APPROVED',
  open: true,
  createdAt: now,
  orderTold: !endsStay,
  attempts: 0,
  nextTryAt: now,
});

/** A refund that the provider made by itself: it has happened. */
export const refundByProvider = (
  payment: Payment,
  { amount, providerRef, reason }: { amount: number; providerRef: string; reason: string },
  sn: string,
  now: Date,
): Refund => ({
  ...newRefund({ payment, amount, reason, cause: 'PROVIDER', endsStay: false }, sn, now),
  providerRef,
  state: 'SUCCESS',
  open: false,
  settledAt: now,
});

/** A provider may take its time, but a person should look at a refund that takes longer. */
const longestRefundMs = 24 * 3_600_000;

/** Whether an open refund takes too long. */
export const isStuck = ({ createdAt }: Pick<Refund, 'createdAt'>, now: Date): boolean =>
  now.getTime() - createdAt.getTime() > longestRefundMs;
