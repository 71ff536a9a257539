import { isPaid } from '../domain/state.ts';
import type { ChangeOrderNeeds } from './cancel-homestay-order.ts';

export type RefundOrderNeeds = ChangeOrderNeeds & {
  holdForRefund(sn: string, refundSn: string): Promise<boolean>;
  releaseFromRefund(sn: string, refundSn: string): Promise<void>;
};

export type OrderRefund = { orderSn: string; refundSn: string };

/**
 * A refund is about to be made: an unused order is held until it has ended, so that nobody stays whose money goes back.
 * An order that was used, or has ended otherwise, is refunded only where the host or an operator wants it.
 */
export async function holdOrderForRefund(
  needs: RefundOrderNeeds,
  { orderSn: sn, refundSn, unusedOnly }: OrderRefund & { unusedOnly: boolean },
): Promise<'ACCEPTED' | 'REFUSED'> {
  if (await needs.holdForRefund(sn, refundSn)) return 'ACCEPTED';
  const order = await needs.order(sn);
  if (order?.refundSn === refundSn) return 'ACCEPTED';
  if (!order || !isPaid(order.state) || order.state === 'WAIT_USE') return 'REFUSED';
  return unusedOnly ? 'REFUSED' : 'ACCEPTED';
}

/** A refund has ended: an order that it holds is refunded and its nights are free, or it can be used again. */
export async function endOrderRefund(
  needs: RefundOrderNeeds,
  { orderSn: sn, refundSn, succeeded }: OrderRefund & { succeeded: boolean },
): Promise<true> {
  if (succeeded) await needs.change({ sn, cause: 'REFUNDED', at: await needs.now(), refundSn });
  else await needs.releaseFromRefund(sn, refundSn);
  return true;
}
