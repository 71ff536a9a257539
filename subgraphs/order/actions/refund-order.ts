import type { ChangeOrder } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { canChange, isPaid } from '../domain/state.ts';

export type OrderRefund = { orderSn: string; refundSn: string };

export type HoldOrderForRefundNeeds = {
  order(sn: string): Promise<Order | null>;
  holdForRefund(sn: string, refundSn: string): Promise<boolean>;
};

/**
 * A refund is about to be made. An unused order is held until it has ended, so that nobody stays whose money goes back.
 * An order that was used, or has ended otherwise, is refunded only if the host or an operator asks for it.
 */
export async function holdOrderForRefund(
  needs: HoldOrderForRefundNeeds,
  { orderSn: sn, refundSn, unusedOnly }: OrderRefund & { unusedOnly: boolean },
): Promise<'ACCEPTED' | 'REFUSED'> {
  if (await needs.holdForRefund(sn, refundSn)) return 'ACCEPTED';
  const order = await needs.order(sn);
  if (order?.refundSn === refundSn) return 'ACCEPTED';
  if (!order || !isPaid(order.state) || canChange(order.state, 'REFUNDED')) return 'REFUSED';
  return unusedOnly ? 'REFUSED' : 'ACCEPTED';
}

export type EndOrderRefundNeeds = {
  now(): Promise<Date>;
  change: ChangeOrder;
  releaseFromRefund(sn: string, refundSn: string): Promise<void>;
};

/** A refund has ended. If it succeeded, the order that it holds is refunded. If not, the order can be used again. */
export async function endOrderRefund(
  needs: EndOrderRefundNeeds,
  { orderSn: sn, refundSn, succeeded }: OrderRefund & { succeeded: boolean },
): Promise<true> {
  if (succeeded) await needs.change({ sn, cause: 'REFUNDED', at: await needs.now(), refundSn });
  else await needs.releaseFromRefund(sn, refundSn);
  return true;
}
