import { serialNumber } from '../../../runtime/serial-number.ts';
import { type Homestay, type Order, type OrderInput, sameInput } from '../domain/order.ts';
import { malformed, type OrderLimits, placeOrder } from '../domain/place-order.ts';
import { isRefusal, nightsTaken, type Refusal, refuse } from '../domain/refusal.ts';
import { nightsOf } from '../domain/stay.ts';
import { newTicketCode } from '../domain/ticket-code.ts';

export type CreateHomestayOrderNeeds = {
  now(): Promise<Date>;
  limits: OrderLimits;
  /** Asks travel; null where it knows of no such homestay. */
  homestay(id: string): Promise<Homestay | null>;
  orderByKey(travellerId: string, idempotencyKey: string): Promise<Order | null>;
  heldNights(homestayId: string, nights: readonly string[]): Promise<string[]>;
  place(order: Order): Promise<'placed' | 'nights taken' | 'order key taken'>;
  /** Sees to it that the scheduler rings when the order is due. */
  setAlarm(closeAt: Date): Promise<void>;
};

// Each turn but the last ended because somebody else's write came between; so many in a row is no accident.
const maxTurns = 10;

/** Places an order and holds its nights. The same key with the same input answers with the first order again. */
export async function createHomestayOrder(
  needs: CreateHomestayOrderNeeds,
  travellerId: string,
  given: OrderInput,
): Promise<Order | Refusal> {
  // As the database will keep it, so that the same input is the same again: it replaces halves of characters.
  const input = { ...given, remark: given.remark.toWellFormed() };
  const wrong = malformed(input);
  if (wrong) return wrong;
  // Asked at the same time. Who repeats a request gets the first order whether travel answers or not.
  const [earlier, homestayOrFault] = await Promise.all([
    needs.orderByKey(travellerId, input.idempotencyKey),
    needs.homestay(input.homestayId).catch((fault: Error) => fault),
  ]);
  if (earlier) return again(earlier, input);
  if (homestayOrFault instanceof Error) throw homestayOrFault;
  const homestay = homestayOrFault;

  for (let turn = 0; turn < maxTurns; turn += 1) {
    const now = await needs.now();
    const sn = serialNumber('HSO', now);
    const order = placeOrder(input, {
      travellerId,
      homestay,
      sn,
      ticketCode: newTicketCode(),
      now,
      limits: needs.limits,
    });
    if (isRefusal(order)) return order;

    const wanted = nightsOf(order);
    const held = await needs.heldNights(order.homestayId, wanted);
    if (held.length > 0) return (await firstOfKey(needs, travellerId, input)) ?? nightsTaken(held);

    const outcome = await needs.place(order);
    if (outcome === 'placed') {
      await needs.setAlarm(order.closeAt);
      return order;
    }
    // Taken between the look and the write. Which nights, or which order of this key, is seen on the next turn.
    const first =
      outcome === 'order key taken' ? await firstOfKey(needs, travellerId, input) : null;
    if (first) return first;
  }
  throw new Error(`no order could be placed in ${maxTurns} turns`);
}

/** The order that a request with the same key, under way at the same time, has placed. */
async function firstOfKey(needs: CreateHomestayOrderNeeds, travellerId: string, input: OrderInput) {
  const first = await needs.orderByKey(travellerId, input.idempotencyKey);
  return first && again(first, input);
}

const again = (earlier: Order, input: OrderInput): Order | Refusal =>
  sameInput(earlier, input) ? earlier : refuse('IDEMPOTENCY_KEY_REUSED');
