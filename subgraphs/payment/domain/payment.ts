import { statesBefore, type Transitions } from './transitions.ts';

const transitions = {
  WAIT: ['SUCCESS', 'FAILED', 'CLOSED'],
  // Money that has arrived is a fact, even for an attempt that we gave up: the order takes it, or
  // it goes back.
  FAILED: ['SUCCESS'],
  CLOSED: ['SUCCESS'],
  SUCCESS: ['REFUNDING', 'PARTIALLY_REFUNDED', 'REFUNDED'],
  // The provider refunds by itself (its own page, a dispute), and a bank can send a refund back:
  // any of the four may follow.
  REFUNDING: ['SUCCESS', 'PARTIALLY_REFUNDED', 'REFUNDED'],
  PARTIALLY_REFUNDED: ['SUCCESS', 'REFUNDING', 'REFUNDED'],
  REFUNDED: ['SUCCESS', 'REFUNDING', 'PARTIALLY_REFUNDED'],
} as const satisfies Record<string, readonly string[]>;

export type PaymentState = keyof typeof transitions;

/** Every state of a payment, and the states that may follow it. Nothing else is allowed. */
export const paymentTransitions: Transitions<PaymentState> = transitions;

/** The states from which a payment may come into `to`. */
export const paymentStatesBefore = (to: PaymentState): PaymentState[] =>
  statesBefore(paymentTransitions, to);

/** How an order is paid. Each method belongs to one provider. */
export type PayMethod = 'SANDBOX' | 'WECHAT_NATIVE' | 'WECHAT_JSAPI' | 'STRIPE';

/** What WeChat's bridge needs to pay. */
export type JsapiParameters = {
  appId: string;
  timeStamp: string;
  nonceStr: string;
  package: string;
  signType: string;
  paySign: string;
};

/**
 * What the client needs to pay: an address to open or to show as a QR code, or the parameters of
 * WeChat's bridge.
 */
export type PayInstructions = { url?: string; jsapi?: JsapiParameters };

/** An amount in minor units of an ISO 4217 currency. */
export type Money = { amount: number; currency: string };

/** The order's answer to the money. */
export type OrderAnswer = 'ACCEPTED' | 'REFUSED';

/** A payment of an order at a provider. */
export type Payment = {
  sn: string;
  orderSn: string;
  travellerId: string;
  hostId: string;
  method: PayMethod;
  /** In minor units of `currency`. */
  amount: number;
  currency: string;
  /** What is paid for, in words for a bill. */
  description: string;
  /** The provider's name for the payer, if the method needs one. */
  payerId?: string;
  /** Where the provider's page sends the traveller back to, if it is not the standard address. */
  returnUrl?: string;
  state: PaymentState;
  /** It is the order's one attempt that can still be paid or was paid. See `store/claims.ts`. */
  live: boolean;
  createdAt: Date;
  payBefore: Date;
  paidAt?: Date;
  /**
   * What really arrived; absent until then. Another amount or currency than asked for goes back
   * whole.
   */
  received?: Money;
  /** The provider's name for it, if it has one. */
  providerRef?: string;
  /** Absent until the provider has answered. */
  instructions?: PayInstructions;
  /** Absent until the order has answered. */
  orderAnswer?: OrderAnswer;
  /** How much of what arrived has gone back or is on its way back. */
  refunded: number;
  /** When it last changed, by the database's clock. */
  changedAt: Date;
};

/** How an order is to be paid. */
export type PayBy = { method: PayMethod; payerId?: string; returnUrl?: string };

/** What must be known of an order to pay it. */
export type OrderToPay = {
  sn: string;
  travellerId: string;
  hostId: string;
  total: Money;
  closeAt: Date;
  description: string;
  /** It waits to be paid. */
  payable: boolean;
  /** Its deadline has passed, by the clock of the order's database. */
  overdue: boolean;
};

/** A new payment for all that an order costs. */
export const newPayment = (
  order: OrderToPay,
  { method, payerId, returnUrl }: PayBy,
  sn: string,
  now: Date,
): Payment => ({
  sn,
  orderSn: order.sn,
  travellerId: order.travellerId,
  hostId: order.hostId,
  method,
  amount: order.total.amount,
  currency: order.total.currency,
  description: order.description,
  ...(payerId ? { payerId } : {}),
  ...(returnUrl ? { returnUrl } : {}),
  state: 'WAIT',
  live: true,
  createdAt: now,
  payBefore: order.closeAt,
  refunded: 0,
  changedAt: now,
});

/**
 * It has ended and the order does not have its money: the order need not wait for it, and may
 * close.
 */
export const isOver = ({ state, orderAnswer }: Payment): boolean =>
  state === 'FAILED' || state === 'CLOSED' || orderAnswer === 'REFUSED';

/** What arrived for a payment; what was asked for, before it is paid. */
export const moneyOf = ({ received, amount, currency }: Payment): Money =>
  received ?? { amount, currency };

/** How much of what arrived has not gone back and is not on its way back. */
export const leftOf = (payment: Payment): number =>
  payment.paidAt ? moneyOf(payment).amount - payment.refunded : 0;

/** Somebody who asks to see something. */
export type Viewer = { userId?: string | undefined; roles: readonly string[] };

/**
 * Whether a caller may see a payment or a refund: its traveller, its host, and operators. For
 * others it does not exist.
 */
export const isVisibleTo = (
  { travellerId, hostId }: Pick<Payment, 'travellerId' | 'hostId'>,
  { userId, roles }: Viewer,
): boolean =>
  userId !== undefined &&
  (userId === travellerId || userId === hostId || roles.includes('operator'));

const ourPayment = /^PMT\d{22}$/;

/** Whether a number that a provider names can be one of our payments. */
export const isPaymentSn = (text: string): boolean => ourPayment.test(text);

/**
 * The payment that counts of all payments of an order, newest first: the one that the order
 * accepted, else the live one, else the newest.
 */
export const latestOf = <P extends Pick<Payment, 'live' | 'orderAnswer'>>(
  payments: readonly P[],
): P | null =>
  payments.find(({ orderAnswer }) => orderAnswer === 'ACCEPTED') ??
  payments.find(({ live }) => live) ??
  payments[0] ??
  null;
