import { addDays, dateIn, daysBetween, lastDate } from '../../../runtime/calendar.ts';
import type { Homestay, OrderInput } from './order.ts';
import type { RefundPolicy } from './refund-policy.ts';
import { type Refusal, refuse } from './refusal.ts';
import { nightCount } from './stay.ts';

/**
 * How long and how far ahead a stay may be, how long it may stay unpaid, and what a traveller who
 * leaves gets back.
 */
export type OrderLimits = {
  maxNights: number;
  maxDaysAhead: number;
  closeAfterMs: number;
  refundPolicy: RefundPolicy;
  /** How many unpaid orders one traveller may have, in all and at one homestay. */
  maxUnpaid: number;
  maxUnpaidAtHomestay: number;
};

/** The part of an order's input that a price depends on. */
export type StayInput = Pick<OrderInput, 'checkIn' | 'checkOut' | 'guests' | 'needFood'>;

type Facts = { homestay: Homestay; now: Date; limits: OrderLimits };

/**
 * Everything that is wrong with a stay at a homestay, the weightiest first. Whether its nights are
 * free is not known here.
 */
export const wrongWithStay = (input: StayInput, facts: Facts): Refusal[] => [
  ...offerRefusals(facts.homestay),
  ...dateRefusals(input, facts),
  ...guestRefusals(input, facts.homestay),
];

const of = (field: string) => ({ path: ['input', field] });

const offerRefusals = ({ onShelf, shopOpen }: Homestay): Refusal[] => [
  ...(onShelf ? [] : [refuse('HOMESTAY_OFF_SHELF', undefined, of('homestayId'))]),
  ...(shopOpen ? [] : [refuse('SHOP_CLOSED', undefined, of('homestayId'))]),
];

function dateRefusals(input: StayInput, { homestay, now, limits }: Facts): Refusal[] {
  const { checkIn } = input;
  const today = dateIn(homestay.timeZone, now);
  const latest = addDays(today, limits.maxDaysAhead);
  const refusals = lengthRefusals(input, homestay, limits);
  const checkInLimits = { ...of('checkIn'), limits: { earliest: today, latest } };
  if (checkIn < today) {
    const message = `The check-in date has passed: it is ${today} there.`;
    refusals.push(refuse('CHECK_IN_PAST', message, checkInLimits));
  }
  if (daysBetween(today, checkIn) > limits.maxDaysAhead) {
    const message = `Orders are taken ${limits.maxDaysAhead} days ahead at most.`;
    refusals.push(refuse('TOO_FAR_AHEAD', message, checkInLimits));
  }
  return refusals;
}

function lengthRefusals(input: StayInput, homestay: Homestay, limits: OrderLimits): Refusal[] {
  const { minimumNights: min, maximumNights } = homestay;
  const nights = nightCount(input);
  const max = Math.min(limits.maxNights, maximumNights ?? limits.maxNights);
  const details = { ...of('checkOut'), limits: { min, max } };
  if (nights < 1) {
    // Nobody can leave after the last day there is.
    const earliest = input.checkIn < lastDate ? addDays(input.checkIn, 1) : null;
    const later = { ...of('checkOut'), limits: { earliest } };
    return [refuse('CHECK_OUT_NOT_AFTER_CHECK_IN', undefined, later)];
  }
  if (nights < min) {
    const message = `This homestay is let for ${min} nights at least.`;
    return [refuse('STAY_TOO_SHORT', message, details)];
  }
  if (nights <= max) return [];
  const message =
    max === limits.maxNights
      ? `One order may have ${max} nights at most.`
      : `This homestay is let for ${max} nights at most.`;
  return [refuse('STAY_TOO_LONG', message, details)];
}

function guestRefusals({ guests, needFood }: StayInput, homestay: Homestay): Refusal[] {
  const { capacity, foodPrice } = homestay;
  const refusals: Refusal[] = [];
  if (guests < 1 || guests > capacity) {
    const message = `This homestay takes 1 to ${capacity} guests.`;
    const details = { ...of('guests'), limits: { min: 1, max: capacity } };
    refusals.push(refuse('GUESTS_OUT_OF_RANGE', message, details));
  }
  if (needFood && !foodPrice) refusals.push(refuse('FOOD_NOT_SERVED', undefined, of('needFood')));
  return refusals;
}
