import type { ChangeOrder } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { canChange, type TransitionCause } from '../domain/state.ts';

export type OrderRefund = { orderSn: string; refundSn: string };
type Answer = 'ACCEPTED' | 'REFUSED';

export type HoldOrderForRefundNeeds = {
  order(sn: string): Promise<Order | null>;
  holdForRefund(sn: string, refundSn: string): Promise<boolean>;
};

/**
 * A refund is about to be made that ends the stay. The order is held until the refund has ended, so
 * that nobody is checked in whose money goes back.
 */
export async function holdOrderForRefund(
  needs: HoldOrderForRefundNeeds,
  { orderSn: sn, refundSn }: OrderRefund,
): Promise<Answer> {
  if (await needs.holdForRefund(sn, refundSn)) return 'ACCEPTED';
  const order = await needs.order(sn);
  const isRefunded = order !== null && !canChange(order.state, 'REFUNDED');
  return isRefunded && order.refundSn === refundSn ? 'ACCEPTED' : 'REFUSED';
}

export type EndOrderRefundNeeds = {
  now(): Promise<Date>;
  change: ChangeOrder;
  releaseFromRefund(sn: string, refundSn: string): Promise<void>;
};

/**
 * A refund has ended. If it succeeded, the order is refunded and its nights are free; otherwise the
 * order can be used again. Either way the refund cannot hold the order again.
 */
export async function endOrderRefund(
  needs: EndOrderRefundNeeds,
  { orderSn: sn, refundSn, succeeded }: OrderRefund & { succeeded: boolean },
): Promise<true> {
  if (succeeded) await needs.change({ sn, cause: 'REFUNDED', at: await needs.now(), refundSn });
  await needs.releaseFromRefund(sn, refundSn);
  return true;
}

export type EndWithoutRefundNeeds = {
  now(): Promise<Date>;
  order(sn: string): Promise<Order | null>;
  change: ChangeOrder;
};

/** How a stay ends without a refund. */
export type EndCause = Extract<TransitionCause, 'LEFT_WITHOUT_REFUND' | 'ENDED_AFTER_REFUNDS'>;

/**
 * Ends a paid stay although no money goes back now: its nights are free. Asking again gives the
 * same answer.
 */
export async function endOrderWithoutRefund(
  needs: EndWithoutRefundNeeds,
  { orderSn: sn, cause }: { orderSn: string; cause: EndCause },
): Promise<Answer> {
  if (await needs.change({ sn, cause, at: await needs.now() })) return 'ACCEPTED';
  const order = await needs.order(sn);
  return order?.history.at(-1)?.cause === cause ? 'ACCEPTED' : 'REFUSED';
}

export type OrdersHeldByRefundsNeeds = {
  heldByRefunds(after: string, limit: number): Promise<Order[]>;
};

const maxHeld = 500;

/**
 * One page of the orders that a refund holds. The payment service compares them with its refunds.
 */
export const ordersHeldByRefunds = async (needs: OrdersHeldByRefundsNeeds, after: string) =>
  (await needs.heldByRefunds(after, maxHeld)).map(({ sn, refundSn }) => ({
    orderSn: sn,
    refundSn: refundSn as string,
  }));
