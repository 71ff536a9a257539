import { failpoint } from '../../../runtime/failpoint.ts';
import { refundedEmail } from '../domain/email.ts';
import type { OrderAnswer, Payment } from '../domain/payment.ts';
import {
  type NamedProvider,
  type ProviderRefund,
  ProviderRefused,
  type Providers,
  ProviderUnavailable,
  providerOf,
  type RefundToSend,
} from '../domain/provider.ts';
import { type EndedRefundState, type Refund, retryDelayMs } from '../domain/refund.ts';
import { type SettleRefundNeeds, settleRefund } from './settle-refund.ts';

type OrderRefund = { orderSn: string; refundSn: string };

export type ProcessRefundNeeds = Omit<SettleRefundNeeds, 'moveRefund'> & {
  providers: Providers;
  /** For how long a process may be busy with a refund before another one takes it. */
  refundLeaseMs: number;
  refund(sn: string): Promise<Refund | null>;
  payment(sn: string): Promise<Payment | null>;
  refundsOfOrders(orderSns: readonly string[]): Promise<Refund[]>;
  /**
   * Takes the refund until then, if it is still to be tried at `nextTryAt`. Null if somebody else
   * has taken it.
   */
  takeRefund(sn: string, nextTryAt: Date, until: Date): Promise<Refund | null>;
  retryRefundAt(sn: string, lease: Date, nextTryAt: Date): Promise<void>;
  moveRefund(sn: string, to: 'APPROVED' | 'SENT'): Promise<unknown>;
  markOrderToldOfRefund(sn: string, state: EndedRefundState): Promise<void>;
  holdOrderForRefund(refund: OrderRefund): Promise<OrderAnswer>;
  endOrderRefund(refund: OrderRefund & { succeeded: boolean }): Promise<void>;
};

/**
 * Does the next step of a refund that is due. A step may run twice: the serial number makes it one.
 */
export async function processRefund(needs: ProcessRefundNeeds, sn: string): Promise<void> {
  const refund = await needs.refund(sn);
  if (!refund) return;
  if (!refund.open) return refund.orderTold ? undefined : tellOrderOfRefund(needs, refund);
  const now = await needs.now();
  if (refund.nextTryAt > now) return;
  if (refund.state === 'REQUESTED') return holdOrder(needs, refund);
  const lease = new Date(now.getTime() + needs.refundLeaseMs);
  const taken = await needs.takeRefund(sn, refund.nextTryAt, lease);
  if (taken) await sendRefund(needs, taken, lease);
}

/** Asks the provider, under a lease. Only an answer of the provider about this refund ends it. */
async function sendRefund(needs: ProcessRefundNeeds, refund: Refund, lease: Date): Promise<void> {
  const { sn, paymentSn, amount, reason, attempts } = refund;
  const retry = async () => {
    const nextTryAt = new Date((await needs.now()).getTime() + retryDelayMs(attempts - 1));
    await needs.retryRefundAt(sn, lease, nextTryAt);
    return nextTryAt;
  };
  try {
    const payment = await needs.payment(paymentSn);
    const provider = payment && providerOf(needs.providers, payment.method);
    if (!provider) throw new Error(`the provider of refund ${sn} is switched off`);
    const toSend = { sn, payment: { ...payment, ...payment.received }, amount, reason };
    await failpoint('before the refund is sent');
    const said = await askProvider(provider, refund, toSend);
    await failpoint('refund sent');
    if (said === 'refused') return await failRefund(needs, refund, lease);
    await settleRefund(needs, refund, said, lease);
    if (said.state === 'WAIT') await retry();
  } catch (error) {
    const nextTryAt = await retry();
    if (!(error instanceof ProviderUnavailable)) throw error;
    needs.log.warn({ err: error, sn, nextTryAt }, 'a refund is tried again');
  }
}

/**
 * Sends the refund, unless the provider knows it already. `refused`: it does not make it, and has
 * not made it before.
 */
async function askProvider(
  provider: NamedProvider,
  { state }: Refund,
  toSend: RefundToSend,
): Promise<ProviderRefund | 'refused'> {
  if (state === 'SENT') {
    const known = await provider.queryRefund(toSend);
    if (known.state !== 'UNKNOWN') return known;
  }
  try {
    return await provider.refund(toSend);
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    // An earlier request whose answer was lost may have made it: then that is what counts.
    const known = await provider.queryRefund(toSend);
    return known.state === 'UNKNOWN' ? 'refused' : known;
  }
}

/** The lease fences: if another process has taken the refund meanwhile, its answer counts. */
async function failRefund(needs: ProcessRefundNeeds, refund: Refund, lease: Date): Promise<void> {
  const { sn, paymentSn, amount } = refund;
  const end = { sn, to: 'FAILED' as const, now: await needs.now(), lease };
  if (await needs.endRefund(end, refundedEmail))
    needs.log.error({ sn, paymentSn, amount }, 'the provider refuses a refund');
}

/**
 * The order is held before money goes back, so that nobody is checked in whose money is on its way.
 */
async function holdOrder(needs: ProcessRefundNeeds, refund: Refund): Promise<void> {
  const { sn, orderSn } = refund;
  await tellOfEarlierRefunds(needs, orderSn);
  await failpoint('before the order is held');
  const answer = await needs.holdOrderForRefund({ orderSn, refundSn: sn });
  await failpoint('order held');
  if (answer === 'ACCEPTED') {
    await needs.moveRefund(sn, 'APPROVED');
    await failpoint('refund approved');
  } else {
    await needs.endRefund({ sn, to: 'DECLINED', now: await needs.now() }, refundedEmail);
  }
}

/** A refund that has ended may still hold the order. The order is released when it is told. */
async function tellOfEarlierRefunds(needs: ProcessRefundNeeds, orderSn: string): Promise<void> {
  const refunds = await needs.refundsOfOrders([orderSn]);
  for (const ended of refunds.filter(({ open, orderTold }) => !open && !orderTold))
    await tellOrderOfRefund(needs, ended);
}

/** The order is refunded and its nights are free, or it can be used again. */
async function tellOrderOfRefund(needs: ProcessRefundNeeds, refund: Refund): Promise<void> {
  const { sn, orderSn, state } = refund;
  await failpoint('before the order is told of the refund');
  await needs.endOrderRefund({ orderSn, refundSn: sn, succeeded: state === 'SUCCESS' });
  await failpoint('order told of the refund');
  await needs.markOrderToldOfRefund(sn, state as EndedRefundState);
}
