import type { Order } from '../domain/order.ts';
import { nightsTaken, type Refusal } from '../domain/refusal.ts';
import { canChange } from '../domain/state.ts';

/** A held night, and the order that holds it if it is not blocked by its host. */
export type HeldNight = { night: string; orderSn?: string };

export type NightsTakenNeeds = { ordersBySn(sns: readonly string[]): Promise<Order[]> };

/**
 * Names the nights, and the traveller's own unpaid order if it is in the way: it can be paid or
 * cancelled.
 */
export async function nightsTakenFor(
  needs: NightsTakenNeeds,
  travellerId: string | undefined,
  held: readonly HeldNight[],
): Promise<Refusal> {
  const sns = [...new Set(held.flatMap(({ orderSn }) => orderSn ?? []))];
  const holders = travellerId ? await needs.ordersBySn(sns) : [];
  const own = holders.find(
    (order) => order.travellerId === travellerId && canChange(order.state, 'PAID'),
  );
  const nights = held.map(({ night }) => night);
  return nightsTaken(nights, own?.sn ?? null);
}
