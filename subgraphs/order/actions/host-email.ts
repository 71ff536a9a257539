import type { Order } from '../domain/order.ts';

export type HostEmailNeeds = {
  order(sn: string): Promise<Order | null>;
  shopToNotify(id: string): Promise<{ hostId: string; hostEmail: string | null } | null>;
};

/**
 * Where the host of an order gets mail of it; null if they want none, or the shop has another host
 * now.
 */
export async function hostEmail(needs: HostEmailNeeds, sn: string): Promise<string | null> {
  const order = await needs.order(sn);
  if (!order) return null;
  const { shopId, hostId } = order.snapshot;
  const shop = await needs.shopToNotify(shopId);
  return shop?.hostId === hostId ? shop.hostEmail : null;
}
