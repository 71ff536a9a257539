import type { ChangeOrder } from '../domain/change.ts';
import { checkInRefusal } from '../domain/check-in.ts';
import type { Order } from '../domain/order.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';

export type CheckInGuestNeeds = {
  now(): Promise<Date>;
  order(sn: string): Promise<Order | null>;
  change: ChangeOrder;
};

/** The homestay's host checks the guest in with the ticket code that the guest shows. */
export async function checkInGuest(
  needs: CheckInGuestNeeds,
  hostId: string,
  sn: string,
  ticketCode: string,
): Promise<Order | Refusal> {
  const order = await needs.order(sn);
  if (order?.snapshot.hostId !== hostId) return refuse('ORDER_UNKNOWN');
  const now = await needs.now();
  const refusal = checkInRefusal(order, ticketCode, now);
  if (refusal) return refusal;
  return (await needs.change({ sn, cause: 'CHECKED_IN', at: now })) ?? refuse('STATE_FORBIDS');
}
