import { statesBefore, type Transitions } from './transitions.ts';

const transitions = {
  WAIT: ['SUCCESS', 'FAILED', 'CLOSED'],
  // Money that has arrived is a fact, even for an attempt that we gave up: the order takes it, or it goes back.
  FAILED: ['SUCCESS'],
  CLOSED: ['SUCCESS'],
  SUCCESS: ['REFUNDING'],
  REFUNDING: ['REFUNDED', 'SUCCESS'],
  REFUNDED: ['REFUNDING'],
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

/** What the client needs to pay: an address to open or to show as a QR code, or the parameters of WeChat's bridge. */
export type PayInstructions = { url?: string; jsapi?: JsapiParameters };

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
  state: PaymentState;
  /** It is the order's one attempt that can still be paid or was paid. See `store/claims.ts`. */
  live: boolean;
  createdAt: Date;
  payBefore: Date;
  paidAt?: Date;
  /** The provider's name for it, if it has one. */
  providerRef?: string;
  /** Absent until the provider has answered. */
  instructions?: PayInstructions;
  /** Absent until the order has answered. */
  orderAnswer?: OrderAnswer;
  /** How much of it has gone back or is on its way back; at most `amount`. */
  refunded: number;
  /** When it last changed, by the database's clock. */
  changedAt: Date;
};

/** How an order is to be paid. */
export type PayBy = { method: PayMethod; payerId?: string };

/** What must be known of an order to pay it. */
export type OrderToPay = {
  sn: string;
  travellerId: string;
  hostId: string;
  total: { amount: number; currency: string };
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
  { method, payerId }: PayBy,
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
  state: 'WAIT',
  live: true,
  createdAt: now,
  payBefore: order.closeAt,
  refunded: 0,
  changedAt: now,
});

/** Whether a user may see a payment or a refund. For anybody else it does not exist. */
export const isVisibleTo = (
  { travellerId, hostId }: Pick<Payment, 'travellerId' | 'hostId'>,
  userId: string | undefined,
): boolean => userId !== undefined && (userId === travellerId || userId === hostId);

/**
 * The payment that counts of all payments of an order, newest first: the one that the order accepted, else the live one, else
 * the newest.
 */
export const latestOf = <P extends Pick<Payment, 'live' | 'orderAnswer'>>(
  payments: readonly P[],
): P | null =>
  payments.find(({ orderAnswer }) => orderAnswer === 'ACCEPTED') ??
  payments.find(({ live }) => live) ??
  payments[0] ??
  null;
