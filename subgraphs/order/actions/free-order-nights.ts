import type { Order } from '../domain/order.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { states } from '../domain/state.ts';

export type FreeOrderNightsNeeds = {
  order(sn: string): Promise<Order | null>;
  /** Frees the nights that these orders hold, by the keys that the orders know. */
  freeNights(orders: readonly Order[]): Promise<void>;
};

/**
 * An operator frees the nights that an ended order still holds. Only something from outside, such as
 * a restore, leaves them. An order that has ended stays so; asking again changes nothing.
 */
export async function freeOrderNights(
  needs: FreeOrderNightsNeeds,
  sn: string,
): Promise<Order | Refusal> {
  const order = await needs.order(sn);
  if (!order) return refuse('ORDER_UNKNOWN');
  if (states[order.state].holdsNights)
    return refuse('STATE_FORBIDS', `The order is ${order.state}, and so its nights are its own.`);
  await needs.freeNights([order]);
  return order;
}
