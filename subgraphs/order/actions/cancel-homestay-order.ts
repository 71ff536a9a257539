import type { ChangeOrder } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { transitions } from '../domain/state.ts';

export type CancelHomestayOrderNeeds = {
  now(): Promise<Date>;
  order(sn: string): Promise<Order | null>;
  change: ChangeOrder;
};

/**
 * The traveller cancels an order that waits to be paid. Its nights are free again. Cancelling twice
 * is no error.
 */
export async function cancelHomestayOrder(
  needs: CancelHomestayOrderNeeds,
  userId: string,
  sn: string,
): Promise<Order | Refusal> {
  const order = await needs.order(sn);
  if (order?.travellerId !== userId) return refuse('ORDER_UNKNOWN');
  const at = await needs.now();
  const cancelled = await needs.change({ sn, cause: 'CANCELLED_BY_TRAVELLER', at });
  if (cancelled) return cancelled;
  const current = (await needs.order(sn)) ?? order;
  if (current.state === transitions.CANCELLED_BY_TRAVELLER.to) return current;
  return refuse(
    'STATE_FORBIDS',
    `The order is ${current.state}. Only one that waits to be paid can be cancelled; a paid stay is left.`,
  );
}
