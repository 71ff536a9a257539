import type { Order } from '../domain/order.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { TransitionCause } from '../domain/state.ts';

export type ChangeOrderNeeds = {
  now(): Promise<Date>;
  order(sn: string): Promise<Order | null>;
  /** Null where another change came first. */
  change(change: {
    sn: string;
    cause: TransitionCause;
    at: Date;
    paymentSn?: string;
    refundSn?: string;
  }): Promise<Order | null>;
};

/** The traveller cancels an order that waits to be paid; its nights are free again. Cancelling it twice is no error. */
export async function cancelHomestayOrder(
  needs: ChangeOrderNeeds,
  userId: string,
  sn: string,
): Promise<Order | Refusal> {
  const order = await needs.order(sn);
  if (order?.travellerId !== userId) return refuse('ORDER_UNKNOWN');
  const cancelled = await needs.change({
    sn,
    cause: 'CANCELLED_BY_TRAVELLER',
    at: await needs.now(),
  });
  if (cancelled) return cancelled;
  const current = await needs.order(sn);
  if (current?.state === 'CANCELLED') return current;
  return refuse(
    'STATE_FORBIDS',
    `The order is ${current?.state}, and can only be cancelled while it is WAIT_PAY.`,
  );
}
