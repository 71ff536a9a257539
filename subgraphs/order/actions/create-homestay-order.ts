import { isRefused } from '../../../runtime/refusal.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import {
  type Homestay,
  type Order,
  type OrderInput,
  sameInput,
  type Traveller,
} from '../domain/order.ts';
import { malformed, placeOrder } from '../domain/place-order.ts';
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
  // Both at the same time. A repeated request gets the first order even if travel does not answer.
  const [earlier, homestayOrFault] = await Promise.all([
    needs.orderByKey(traveller.userId, input.idempotencyKey),
    needs.homestay(input.homestayId, input).catch((fault: Error) => fault),
  ]);
  if (earlier) return again(earlier, input);
  if (homestayOrFault instanceof Error) throw homestayOrFault;
  return placeInTurns(needs, traveller, input, homestayOrFault);
}

async function placeInTurns(
  needs: CreateHomestayOrderNeeds,
  traveller: Traveller,
  input: OrderInput,
  homestay: Homestay | null,
): Promise<Order | Refusal> {
  const travellerId = traveller.userId;
  for (let turn = 0; turn < maxTurns; turn += 1) {
    const now = await needs.now();
    const sn = serialNumber('HSO', now);
    const order = placeOrder(input, {
      traveller,
      homestay,
      sn,
      ticketCode: newTicketCode(),
      now,
      limits: needs.limits,
    });
    if (isRefused(order)) return order;

    const wanted = nightsOf(order);
    const held = await needs.heldNights(order.homestayId, wanted);
    if (held.length > 0)
      return (
        (await firstOfKey(needs, travellerId, input)) ?? nightsTakenFor(needs, travellerId, held)
      );

    const outcome = await needs.place(order, needs.limits);
    if (outcome === 'placed') {
      await needs.setCloseJob(order.closeAt);
      return order;
    }
    if (outcome === 'too many unpaid') return refuse('TOO_MANY_UNPAID');
    // A key was taken between the look and the write. The next turn finds out which nights, or
    // which order has the key.
    const first =
      outcome === 'order key taken' ? await firstOfKey(needs, travellerId, input) : null;
    if (first) return first;
  }
  throw new Error(`no order could be placed in ${maxTurns} turns`);
}

/** The order that a concurrent request with the same key has placed, or one of an old process. */
async function firstOfKey(needs: CreateHomestayOrderNeeds, travellerId: string, input: OrderInput) {
  const { idempotencyKey } = input;
  const first =
    (await needs.orderByKey(travellerId, idempotencyKey)) ??
    (await needs.orderWithoutKey(travellerId, idempotencyKey));
  return first && again(first, input);
}

const again = (earlier: Order, input: OrderInput): Order | Refusal =>
  sameInput(earlier, input) ? earlier : refuse('IDEMPOTENCY_KEY_REUSED');
