import { failpoint } from '../../../runtime/failpoint.ts';
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
import { type Refund, retryDelayMs } from '../domain/refund.ts';
import { type SettleRefundNeeds, settleRefund } from './settle-refund.ts';

export type ProcessRefundNeeds = Omit<SettleRefundNeeds, 'moveRefund' | 'failRefund'> & {
  providers: Providers;
  payment(sn: string): Promise<Payment | null>;
  refundsOfOrders(orderSns: readonly string[]): Promise<Refund[]>;
  moveRefund(sn: string, to: 'APPROVED' | 'SENT'): Promise<unknown>;
  failRefund(sn: string, to: 'FAILED' | 'DECLINED', now: Date): Promise<Refund | null>;
  retryRefundAt(sn: string, nextTryAt: Date): Promise<void>;
  markOrderToldOfRefund(sn: string): Promise<void>;
  holdOrderForRefund(refund: {
    orderSn: string;
    refundSn: string;
    unusedOnly: boolean;
  }): Promise<OrderAnswer>;
  endOrderRefund(refund: { orderSn: string; refundSn: string; succeeded: boolean }): Promise<void>;
};

/** Does the next step of a refund that is due. A step may run twice: the serial number makes it one. */
export async function processRefund(needs: ProcessRefundNeeds, sn: string): Promise<void> {
  const refund = await needs.refund(sn);
  if (!refund) return;
  if (!refund.open) return refund.orderTold ? undefined : tellOrderOfRefund(needs, refund);
  if (refund.nextTryAt > (await needs.now())) return;
  if (refund.state === 'REQUESTED') return holdOrder(needs, refund);
  return sendRefund(needs, refund);
}

async function sendRefund(needs: ProcessRefundNeeds, refund: Refund): Promise<void> {
  const { sn, paymentSn, amount, reason, attempts } = refund;
  const payment = await needs.payment(paymentSn);
  // Set before the provider is asked: a process that is killed meanwhile leaves a refund that is tried again.
  const nextTryAt = new Date((await needs.now()).getTime() + retryDelayMs(attempts));
  await needs.retryRefundAt(sn, nextTryAt);
  const provider = payment && providerOf(needs.providers, payment.method);
  if (!provider) throw new Error(`the provider of refund ${sn} is switched off`);
  try {
    await failpoint('before the refund is sent');
    const said = await askProvider(provider, refund, { sn, payment, amount, reason });
    await failpoint('refund sent');
    await settleRefund(needs, refund, said);
  } catch (error) {
    if (error instanceof ProviderRefused) {
      needs.log.error({ err: error, sn }, 'the provider refuses a refund');
      await settleRefund(needs, refund, { state: 'FAILED' });
    } else if (error instanceof ProviderUnavailable) {
      needs.log.warn({ err: error, sn, nextTryAt }, 'a refund is tried again');
    } else throw error;
  }
}

/** Sends the refund, unless the provider knows it already. */
async function askProvider(
  provider: NamedProvider,
  { state }: Refund,
  toSend: RefundToSend,
): Promise<ProviderRefund> {
  if (state === 'SENT') {
    const known = await provider.queryRefund(toSend);
    if (known.state !== 'UNKNOWN') return known;
  }
  return provider.refund(toSend);
}

/** The order is held before money goes back, so that nobody is checked in whose money is on its way. */
async function holdOrder(needs: ProcessRefundNeeds, refund: Refund): Promise<void> {
  const { sn, orderSn, cause } = refund;
  await tellOfEarlierRefunds(needs, orderSn);
  await failpoint('before the order is held');
  const held = { orderSn, refundSn: sn, unusedOnly: cause === 'TRAVELLER' };
  const answer = await needs.holdOrderForRefund(held);
  await failpoint('order held');
  if (answer === 'ACCEPTED') {
    await needs.moveRefund(sn, 'APPROVED');
    await failpoint('refund approved');
  } else await needs.failRefund(sn, 'DECLINED', await needs.now());
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
  await needs.markOrderToldOfRefund(sn);
}
