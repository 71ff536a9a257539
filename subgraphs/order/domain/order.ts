import type { RefundPolicy } from './refund-policy.ts';
import type { ChangeCause, OrderState } from './state.ts';
import type { Stay } from './stay.ts';

/** An amount in minor units of an ISO 4217 currency; always a whole number. */
export type Money = { amount: number; currency: string };

/**
 * The homestay's facts and prices at the moment the order is placed. They never change afterwards.
 */
export type HomestaySnapshot = {
  title: string;
  subTitle: string;
  banner: string | null;
  city: string;
  timeZone: string;
  shopId: string;
  hostId: string;
  price: Money;
  soldPerPerson: boolean;
  foodPrice: Money | null;
  refundPolicy: RefundPolicy;
};

/** What the travel service knows of a homestay that someone wants to order. */
export type Homestay = Omit<HomestaySnapshot, 'refundPolicy'> & {
  id: string;
  capacity: number;
  minimumNights: number;
  /** Null if only the limit of all orders applies. */
  maximumNights: number | null;
  /**
   * The nights of the stay that cost something else than `price`, by date, in minor units of its
   * currency.
   */
  nightPrices: Readonly<Record<string, number>>;
  onShelf: boolean;
  shopOpen: boolean;
};

/** What a traveller orders. The same idempotency key with the same input means the same order. */
export type OrderInput = Stay & {
  homestayId: string;
  guests: number;
  needFood: boolean;
  remark: string;
  idempotencyKey: string;
};

export type OrderStateChange = {
  state: OrderState;
  at: Date;
  cause: ChangeCause;
  /** The request or the job that made it. */
  origin?: { requestId: string; traceparent?: string };
};

/**
 * A payment that may still be made at its provider. It keeps an order open beyond its deadline
 * until it has ended there.
 */
export type PaymentAttempt = {
  paymentSn: string;
  /** From when on it is to be closed at its provider. */
  closeFrom: Date;
};

/**
 * An order. Only its state, version and history change, and what is noted of payments and refunds.
 */
export type Order = OrderInput & {
  sn: string;
  state: OrderState;
  version: number;
  travellerId: string;
  /** Where they get mail, as their token had it when they placed it. */
  travellerEmail?: string;
  snapshot: HomestaySnapshot;
  nights: number;
  homestayTotal: Money;
  foodTotal: Money;
  total: Money;
  createdAt: Date;
  closeAt: Date;
  ticketCode: string;
  /** The payment attempt that is not known to have ended. An order has one at most. */
  attempt?: PaymentAttempt;
  /** The attempts that have ended. A late request of one of them must not hold the order again. */
  endedAttempts?: string[];
  /** The payment that paid it; absent until then. */
  paymentSn?: string;
  /** The refund that holds it, or that has refunded it. A held order can't be used. */
  refundSn?: string;
  /**
   * The refunds of this order that have ended. A late request of one of them must not hold the
   * order again.
   */
  endedRefunds?: string[];
  /**
   * When its traveller first asked to leave. The refund policy counts from then, also if the refund
   * fails and is repeated.
   */
  leaveAskedAt?: Date;
  history: OrderStateChange[];
};

/** Whether two inputs ask for the same thing. */
export const sameInput = (a: OrderInput, b: OrderInput): boolean =>
  a.homestayId === b.homestayId &&
  a.checkIn === b.checkIn &&
  a.checkOut === b.checkOut &&
  a.guests === b.guests &&
  a.needFood === b.needFood &&
  a.remark === b.remark;

/** Who places an order. */
export type Traveller = { userId: string; email?: string | undefined };

/** Somebody who asks to see an order. */
export type Viewer = { userId?: string | undefined; roles: readonly string[] };

/**
 * An order is visible to its traveller, its homestay's host, and operators. For anybody else it
 * does not exist.
 */
export const isVisibleTo = (order: Order, { userId, roles }: Viewer): boolean =>
  userId !== undefined &&
  (userId === order.travellerId || userId === order.snapshot.hostId || roles.includes('operator'));

/** The id of the request that placed the order, if it is known. */
export const placedBy = ({ history }: Partial<Pick<Order, 'history'>>): string | undefined =>
  history?.[0]?.origin?.requestId;
