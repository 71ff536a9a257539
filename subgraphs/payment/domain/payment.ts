/** From which state a payment may come into which. Everything else is refused. */
export const transitions = {
  WAIT: ['SUCCESS', 'FAILED', 'CLOSED'],
  // Money that has arrived is a fact, even where we had given the payment up: it is told to the order, or goes back.
  FAILED: ['SUCCESS'],
  CLOSED: ['SUCCESS'],
  SUCCESS: ['REFUNDING'],
  REFUNDING: ['REFUNDED', 'SUCCESS'],
  REFUNDED: ['REFUNDING'],
} as const satisfies Record<string, readonly string[]>;

export type PaymentState = keyof typeof transitions;

const states = Object.keys(transitions) as PaymentState[];

/** The states a payment may be in to come into `to`. */
export const statesBefore = (to: PaymentState): PaymentState[] =>
  states.filter((from) => (transitions[from] as readonly PaymentState[]).includes(to));

/** By what means an order is paid; each belongs to one provider. */
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

/** What the traveller's client needs to pay: an address to open or to show as a code, or what WeChat's bridge is handed. */
export type PayInstructions = { url?: string; jsapi?: JsapiParameters };

/** What the order said to the money. */
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
  /** Who pays, as the provider knows them, where it must. */
  payerId?: string;
  state: PaymentState;
  /** The order's one attempt that may still be, or has been, paid. At most one of an order's payments is live (`store/claims.ts`). */
  live: boolean;
  createdAt: Date;
  payBefore: Date;
  paidAt?: Date;
  /** The provider's own name for it, where it has one. */
  providerRef?: string;
  /** Absent until the provider has answered. */
  instructions?: PayInstructions;
  /** Absent until the order has answered. */
  orderAnswer?: OrderAnswer;
  /** How much of it has gone back or is on its way back; never more than `amount`. */
  refunded: number;
  /** When it last changed, by the database's clock. */
  changedAt: Date;
};

/** What a client sees change of a payment; what it does not name stays as it was. */
export type PaymentChange = Pick<Payment, 'state' | 'instructions' | 'paidAt'>;

/** A payment with all its changes, the oldest first; its version is how many there are. */
export type VersionedPayment = Payment & { version: number; history: PaymentChange[] };

/** The payment as it was in each of its versions after `version`, oldest first. */
export const versionsAfter = (payment: VersionedPayment, version: number): VersionedPayment[] =>
  payment.history
    .map((_, index) => index + 1)
    .filter((later) => later > version)
    .map((later) => ({
      ...payment,
      ...{ instructions: undefined, paidAt: undefined },
      ...Object.assign({}, ...payment.history.slice(0, later)),
      version: later,
    }));

/** What must be known of an order to pay it. */
export type OrderToPay = {
  sn: string;
  state: string;
  travellerId: string;
  hostId: string;
  total: { amount: number; currency: string };
  closeAt: Date;
  description: string;
  /** Whether its deadline has passed, by the clock of the order's database. */
  overdue: boolean;
};

/** How an order is to be paid. */
export type PayBy = { method: PayMethod; payerId?: string };

/** A new payment of an order, for the whole of what is to be paid. */
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

/** Whether this user may see a payment or a refund. To anybody else it does not exist. */
export const visibleTo = (
  { travellerId, hostId }: Pick<Payment, 'travellerId' | 'hostId'>,
  userId: string | undefined,
): boolean => userId !== undefined && (userId === travellerId || userId === hostId);

/** The payment that counts, of all payments of an order, the latest first: what the order took, else the live one, else the latest. */
export const latestOf = <P extends Pick<Payment, 'live' | 'orderAnswer'>>(
  payments: readonly P[],
): P | undefined =>
  payments.find(({ orderAnswer }) => orderAnswer === 'ACCEPTED') ??
  payments.find(({ live }) => live) ??
  payments[0];
