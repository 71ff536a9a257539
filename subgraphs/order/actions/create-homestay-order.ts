import { isRefused } from '../../../runtime/refusal.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import {
  type Homestay,
  type Order,
  type OrderInput,
  sameInput,
  type Traveller,
} from '../domain/order.ts';
import { malformed, type OrderFacts, placeOrder } from '../domain/place-order.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { nightsOf, type Stay } from '../domain/stay.ts';
import type { OrderLimits } from '../domain/stay-rules.ts';
import { newTicketCode } from '../domain/ticket-code.ts';
import { type HeldNight, type NightsTakenNeeds, nightsTakenFor } from './nights-taken.ts';

type UnpaidLimits = Pick<OrderLimits, 'maxUnpaid' | 'maxUnpaidAtHomestay'>;
type Placed = 'placed' | 'nights taken' | 'order key taken' | 'too many unpaid';

export type CreateHomestayOrderNeeds = NightsTakenNeeds & {
  now(): Promise<Date>;
  limits: OrderLimits;
  /** Asks the travel service. Null if it knows no such homestay. */
  homestay(id: string, stay: Stay): Promise<Homestay | null>;
  orderByKey(travellerId: string, idempotencyKey: string): Promise<Order | null>;
  /** The same among orders of the version before, which is asked only when something is taken. */
  orderWithoutKey(travellerId: string, idempotencyKey: string): Promise<Order | null>;
  heldNights(homestayId: string, nights: readonly string[]): Promise<HeldNight[]>;
  /** Stores the order, unless a key is taken or its traveller has so many unpaid orders. */
  place(order: Order, limits: UnpaidLimits): Promise<Placed>;
  /** Makes the scheduler ring at the deadline. It does not fail: a close job is only a hint. */
  setCloseJob(closeAt: Date): Promise<void>;
};

// A turn fails because another write came between. So many failures in a row are a fault.
const maxTurns = 10;

/**
 * Places an order and holds its nights. The same idempotency key with the same input returns the
 * first order again.
 */
export async function createHomestayOrder(
  needs: CreateHomestayOrderNeeds,
  traveller: Traveller,
  given: OrderInput,
): Promise<Order | Refusal> {
  // The database replaces lone surrogates. Replacing them here keeps a repeated input equal to the
  // stored one.
  const input = { ...given, remark: given.remark.toWellFormed() };
  const wrong = malformed(input);
  if (wrong) return wrong;
  // Both at the same time: placing judges by what they say of this moment.
  const [homestay, now] = await Promise.all([
    needs.homestay(input.homestayId, input).catch((fault: Error) => fault),
    needs.now(),
  ]);
  if (!(homestay instanceof Error)) return placeInTurns(needs, input, { traveller, homestay, now });
  const earlier = await needs.orderByKey(traveller.userId, input.idempotencyKey);
  if (earlier) return again(earlier, input);
  throw homestay;
}

type Facts = Pick<OrderFacts, 'traveller' | 'homestay' | 'now'>;

/**
 * Nothing is looked for before it is tried. Most orders are placed, and what stands in the way of
 * the others is found out then.
 */
async function placeInTurns(
  needs: CreateHomestayOrderNeeds,
  input: OrderInput,
  facts: Facts,
): Promise<Order | Refusal> {
  let { now } = facts;
  for (let turn = 0; turn < maxTurns; turn += 1) {
    const order = placeOrder(input, {
      ...facts,
      sn: serialNumber('HSO', now),
      ticketCode: newTicketCode(),
      now,
      limits: needs.limits,
    });
    const outcome = isRefused(order) ? order : await needs.place(order, needs.limits);
    if (outcome === 'placed') {
      const placed = order as Order;
      await needs.setCloseJob(placed.closeAt);
      return placed;
    }
    const answer = await insteadOf(needs, facts.traveller.userId, input, outcome);
    if (answer) return answer;
    now = await needs.now();
  }
  throw new Error(`no order could be placed in ${maxTurns} turns`);
}

/**
 * What is answered if nothing was placed: the first order of the key, whatever stands in the way
 * of another one, or the refusal. Null if what stood in the way is gone: the next turn may succeed.
 */
async function insteadOf(
  needs: CreateHomestayOrderNeeds,
  travellerId: string,
  input: OrderInput,
  outcome: Refusal | Exclude<Placed, 'placed'>,
): Promise<Order | Refusal | null> {
  const held =
    outcome === 'nights taken' ? await needs.heldNights(input.homestayId, nightsOf(input)) : null;
  if (held?.length === 0) return null;
  const isTaken = held !== null || outcome === 'order key taken';
  const { idempotencyKey } = input;
  const earlier =
    (await needs.orderByKey(travellerId, idempotencyKey)) ??
    (isTaken ? await needs.orderWithoutKey(travellerId, idempotencyKey) : null);
  if (earlier) return again(earlier, input);
  if (held) return nightsTakenFor(needs, travellerId, held);
  if (outcome === 'too many unpaid') return refuse('TOO_MANY_UNPAID');
  // The serial number is taken, or it is the traveller's first order and another one is, too.
  return typeof outcome === 'string' ? null : outcome;
}

const again = (earlier: Order, input: OrderInput): Order | Refusal =>
  sameInput(earlier, input) ? earlier : refuse('IDEMPOTENCY_KEY_REUSED');
