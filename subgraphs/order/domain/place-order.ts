import { characterCount } from '../../../runtime/text.ts';
import type { Homestay, HomestaySnapshot, Money, Order, OrderInput } from './order.ts';
import type { RefundPolicy } from './refund-policy.ts';
import { type Refusal, refuse } from './refusal.ts';
import { dateIn, daysBetween, nightCount, nightsOf } from './stay.ts';

/** How long and how far ahead a stay may be, how long it may stay unpaid, and what a traveller who leaves gets back. */
export type OrderLimits = {
  maxNights: number;
  maxDaysAhead: number;
  closeAfterMs: number;
  refundPolicy: RefundPolicy;
  /** How many unpaid orders one traveller may have, in all and at one homestay. */
  maxUnpaid: number;
  maxUnpaidAtHomestay: number;
};

/** What an order is made of besides the traveller's input. */
export type OrderFacts = {
  travellerId: string;
  /** Null if travel knows no such homestay. */
  homestay: Homestay | null;
  sn: string;
  ticketCode: string;
  now: Date;
  limits: OrderLimits;
};

export const maxRemarkLength = 200;
// One character that a person sees may be any number of combined ones.
const maxRemarkUnits = 4_000;
const maxKeyLength = 64;

/** Decides on an order: the order to store, or why it is refused. Whether its nights are free is decided by the store. */
export function placeOrder(input: OrderInput, facts: OrderFacts): Order | Refusal {
  const { homestay, now, limits } = facts;
  if (!homestay) return refuse('HOMESTAY_UNKNOWN');
  const refusal = refusalOf(input, homestay, now, limits);
  if (refusal) return refusal;

  const nights = nightCount(input);
  const { homestayTotal, foodTotal, total } = priceOf(input, homestay, nights);
  if (!Number.isSafeInteger(total.amount)) return refuse('AMOUNT_TOO_LARGE');
  return {
    ...input,
    sn: facts.sn,
    state: 'WAIT_PAY',
    version: 1,
    travellerId: facts.travellerId,
    snapshot: snapshotOf(homestay, limits.refundPolicy),
    nights,
    homestayTotal,
    foodTotal,
    total,
    createdAt: now,
    closeAt: closeAtOf(now, limits.closeAfterMs),
    ticketCode: facts.ticketCode,
    history: [{ state: 'WAIT_PAY', at: now, cause: 'PLACED' }],
  };
}

/** The deadline of an order placed now. It is rounded up to a whole second, so that orders of one second share a close job. */
export const closeAtOf = (now: Date, closeAfterMs: number): Date =>
  new Date(Math.ceil((now.getTime() + closeAfterMs) / 1000) * 1000);

/** What is wrong with the input by itself, whatever the homestay; null if nothing is. */
export function malformed(input: OrderInput): Refusal | null {
  const { idempotencyKey: key, remark } = input;
  const keyLength = characterCount(key);
  // A database replaces lone surrogates, so two such keys could become one.
  if (keyLength < 1 || keyLength > maxKeyLength || !key.isWellFormed())
    return refuse('IDEMPOTENCY_KEY_INVALID');
  if (characterCount(remark) > maxRemarkLength || remark.length > maxRemarkUnits) {
    return refuse('REMARK_TOO_LONG', `The remark may have ${maxRemarkLength} characters at most.`);
  }
  return null;
}

function refusalOf(
  input: OrderInput,
  homestay: Homestay,
  now: Date,
  limits: OrderLimits,
): Refusal | null {
  if (!homestay.onShelf) return refuse('HOMESTAY_OFF_SHELF');
  if (!homestay.shopOpen) return refuse('SHOP_CLOSED');
  const today = dateIn(homestay.timeZone, now);
  const nights = nightCount(input);
  if (nights < 1) return refuse('CHECK_OUT_NOT_AFTER_CHECK_IN');
  if (input.checkIn < today)
    return refuse('CHECK_IN_PAST', `The check-in date has passed: it is ${today} there.`);
  if (nights < homestay.minimumNights) {
    return refuse(
      'STAY_TOO_SHORT',
      `This homestay is let for ${homestay.minimumNights} nights at least.`,
    );
  }
  if (nights > limits.maxNights) {
    return refuse('STAY_TOO_LONG', `One order may have ${limits.maxNights} nights at most.`);
  }
  const { maximumNights } = homestay;
  if (maximumNights !== null && nights > maximumNights) {
    return refuse('STAY_TOO_LONG', `This homestay is let for ${maximumNights} nights at most.`);
  }
  if (daysBetween(today, input.checkIn) > limits.maxDaysAhead) {
    return refuse('TOO_FAR_AHEAD', `Orders are taken ${limits.maxDaysAhead} days ahead at most.`);
  }
  if (input.guests < 1 || input.guests > homestay.capacity) {
    return refuse('GUESTS_OUT_OF_RANGE', `This homestay takes 1 to ${homestay.capacity} guests.`);
  }
  if (input.needFood && !homestay.foodPrice) return refuse('FOOD_NOT_SERVED');
  return null;
}

/** What an order costs, from the homestay's data alone. A client never sends a price. */
function priceOf(
  input: OrderInput,
  homestay: Homestay,
  nights: number,
): Record<'homestayTotal' | 'foodTotal' | 'total', Money> {
  const { currency } = homestay.price;
  const persons = homestay.soldPerPerson ? input.guests : 1;
  const { price, nightPrices } = homestay;
  const forNights = nightsOf(input)
    .map((night) => (nightPrices[night] ?? price.amount) * persons)
    .reduce((sum, amount) => sum + amount, 0);
  const forFood =
    input.needFood && homestay.foodPrice ? homestay.foodPrice.amount * input.guests * nights : 0;
  return {
    homestayTotal: { amount: forNights, currency },
    foodTotal: { amount: forFood, currency },
    total: { amount: forNights + forFood, currency },
  };
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
