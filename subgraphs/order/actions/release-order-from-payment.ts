import type { ChangeOrder } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { canChange } from '../domain/state.ts';

export type ReleaseOrderFromPaymentNeeds = {
  now(): Promise<Date>;
  closing: 'active' | 'paused';
  /** Drops the attempt. Null if there is no such order. */
  releaseFromPayment(sn: string, paymentSn: string): Promise<Order | null>;
  change: ChangeOrder;
};

/**
 * A payment attempt has ended without money. The order can be paid by another one, or closes at
 * once if its deadline has passed. Asking again changes nothing.
 */
export async function releaseOrderFromPayment(
  needs: ReleaseOrderFromPaymentNeeds,
  sn: string,
  paymentSn: string,
): Promise<true> {
  const order = await needs.releaseFromPayment(sn, paymentSn);
  if (!order || order.attempt || !canChange(order.state, 'DEADLINE_PASSED')) return true;
  const now = await needs.now();
  if (needs.closing === 'active' && order.closeAt <= now)
    await needs.change({ sn, cause: 'DEADLINE_PASSED', at: now });
  return true;
}
