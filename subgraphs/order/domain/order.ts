import type { RefundPolicy } from './refund-policy.ts';
import type { ChangeCause, OrderState } from './state.ts';
import type { Stay } from './stay.ts';

/** An amount in minor units of an ISO 4217 currency; always a whole number. */
export type Money = { amount: number; currency: string };

/** The homestay's facts and prices of the moment an order is placed; kept in the order for good. */
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

/** What travel knows of a homestay that someone wants to order. */
export type Homestay = Omit<HomestaySnapshot, 'refundPolicy'> & {
  id: string;
  capacity: number;
  minimumNights: number;
  onShelf: boolean;
  shopOpen: boolean;
};

/** What a traveller asks for. The same key with the same input means the same order. */
export type OrderInput = Stay & {
  homestayId: string;
  guests: number;
  needFood: boolean;
  remark: string;
  idempotencyKey: string;
};

export type OrderStateChange = { state: OrderState; at: Date; cause: ChangeCause };

/** An order. Only `state`, `version`, `history`, `paymentSn` and `refundSn` ever change. */
export type Order = OrderInput & {
  sn: string;
  state: OrderState;
  version: number;
  travellerId: string;
  snapshot: HomestaySnapshot;
  nights: number;
  homestayTotal: Money;
  foodTotal: Money;
  total: Money;
  createdAt: Date;
  closeAt: Date;
  ticketCode: string;
  /** The payment that paid it; absent before. */
  paymentSn?: string;
  /** The refund that holds it, or has refunded it: while it holds, the order can't be used. */
  refundSn?: string;
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

/** An order is there for its traveller and its homestay's host. For anybody else it does not exist. */
export const isVisibleTo = (order: Order, userId: string | undefined): boolean =>
  userId !== undefined && (userId === order.travellerId || userId === order.snapshot.hostId);
