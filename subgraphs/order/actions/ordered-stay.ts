import type { Order } from '../domain/order.ts';
import { isUsed } from '../domain/state.ts';

export type OrderedStayNeeds = { order(sn: string): Promise<Order | null> };

/**
 * What the travel service needs to know of a stay before its guest may comment on it; null if there
 * is no such order.
 */
export async function orderedStay(needs: OrderedStayNeeds, sn: string) {
  const order = await needs.order(sn);
  if (!order) return null;
  const { homestayId, travellerId, state } = order;
  return { homestayId, travellerId, used: isUsed(state) };
}
