import { allRefused, isRefused } from '../../../runtime/refusal.ts';
import { isLongerThan } from '../../../runtime/text.ts';
import type { Homestay, HomestaySnapshot, Order, OrderInput, Traveller } from './order.ts';
import { quoteStay } from './quote.ts';
import type { RefundPolicy } from './refund-policy.ts';
import { type Refusal, refuse } from './refusal.ts';
import { firstState } from './state.ts';
import { nightCount } from './stay.ts';
import type { OrderLimits } from './stay-rules.ts';

/** What an order is made of besides the traveller's input. */
export type OrderFacts = {
  traveller: Traveller;
  /** Null if travel knows no such homestay. */
  homestay: Homestay | null;
  sn: string;
  ticketCode: string;
  now: Date;
  limits: OrderLimits;
};

export const maxRemarkLength = 200;
const maxKeyLength = 64;

/**
 * Decides on an order: the order to store, or why it is refused. Whether its nights are free is
 * decided by the store.
 */
export function placeOrder(input: OrderInput, facts: OrderFacts): Order | Refusal {
  const { homestay, now, limits } = facts;
  const quote = quoteStay(input, facts);
  if (isRefused(quote) || !homestay) return isRefused(quote) ? quote : refuse('HOMESTAY_UNKNOWN');
  const { homestayTotal, foodTotal, total } = quote;
  return {
    ...input,
    sn: facts.sn,
    state: firstState,
    version: 1,
    travellerId: facts.traveller.userId,
    ...(facts.traveller.email ? { travellerEmail: facts.traveller.email } : {}),
    snapshot: snapshotOf(homestay, limits.refundPolicy),
    nights: nightCount(input),
    homestayTotal,
    foodTotal,
    total,
    createdAt: now,
    closeAt: closeAtOf(now, limits.closeAfterMs),
    ticketCode: facts.ticketCode,
    history: [{ state: firstState, at: now, cause: 'PLACED' }],
  };
}

/**
 * The deadline of an order placed now. It is rounded up to a whole second, so that orders of one
 * second share a close job.
 */
export const closeAtOf = (now: Date, closeAfterMs: number): Date =>
  new Date(Math.ceil((now.getTime() + closeAfterMs) / 1000) * 1000);

/** What is wrong with the input by itself, whatever the homestay; null if nothing is. */
export function malformed({ idempotencyKey: key, remark }: OrderInput): Refusal | null {
  const wrong: Refusal[] = [];
  // A database replaces lone surrogates, so two such keys could become one.
  if (key === '' || isLongerThan(key, maxKeyLength) || !key.isWellFormed()) {
    const details = { path: ['input', 'idempotencyKey'], limits: { min: 1, max: maxKeyLength } };
    wrong.push(refuse('IDEMPOTENCY_KEY_INVALID', undefined, details));
  }
  if (isLongerThan(remark, maxRemarkLength)) {
    const message = `The remark may have ${maxRemarkLength} characters at most.`;
    const details = { path: ['input', 'remark'], limits: { max: maxRemarkLength } };
    wrong.push(refuse('REMARK_TOO_LONG', message, details));
  }
  return allRefused(wrong) ?? null;
}

const snapshotOf = (homestay: Homestay, refundPolicy: RefundPolicy): HomestaySnapshot => ({
  title: homestay.title,
  subTitle: homestay.subTitle,
  banner: homestay.banner,
  city: homestay.city,
  timeZone: homestay.timeZone,
  shopId: homestay.shopId,
  hostId: homestay.hostId,
  price: homestay.price,
  soldPerPerson: homestay.soldPerPerson,
  foodPrice: homestay.foodPrice,
  refundPolicy,
});
