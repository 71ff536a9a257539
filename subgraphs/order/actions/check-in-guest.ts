import { checkInRefusal } from '../domain/check-in.ts';
import type { Order } from '../domain/order.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { ChangeOrderNeeds } from './cancel-homestay-order.ts';

/** The homestay's host checks the guest in with the ticket code the guest shows. */
export async function checkInGuest(
  needs: ChangeOrderNeeds,
  hostId: string,
  sn: string,
  ticketCode: string,
): Promise<Order | Refusal> {
  const order = await needs.order(sn);
  if (order?.snapshot.hostId !== hostId) return refuse('ORDER_UNKNOWN');
  const now = await needs.now();
  const refusal = checkInRefusal(order, ticketCode, now);
  if (refusal) return refusal;
  const used = await needs.change({ sn, cause: 'CHECKED_IN', at: now });
  return used ?? refuse('STATE_FORBIDS');
}
