import { type Refund, retryDelayMs } from '../domain/refund.ts';
import { ProviderRefused, ProviderUnavailable, providerOf, type RefundToSend } from '../providers/provider.ts';
import type { Needs } from './needs.ts';
import { settleRefund } from './settle-refund.ts';

/** Does the next thing for a refund, if its time has come. Each may be done twice: the refund's serial number makes it one. */
export async function advanceRefund(needs: Needs, sn: string): Promise<void> {
  const refund = await needs.refunds.find(sn);
  if (!refund) return;
  if (!refund.open) return refund.orderTold ? undefined : tellOrderOfRefund(needs, refund);
  if (refund.nextTryAt > (await needs.now())) return;
  if (refund.state === 'REQUESTED') return holdOrder(needs, refund);
  return askProvider(needs, refund);
}

async function askProvider(needs: Needs, refund: Refund): Promise<void> {
  const payment = await needs.payments.find(refund.paymentSn);
  const provider = payment && providerOf(needs.providers, payment.method);
  if (!provider) throw new Error(`the provider of refund ${refund.sn} is switched off`);
  const toSend: RefundToSend = { sn: refund.sn, payment, amount: refund.amount, reason: refund.reason };
  // Set before asking: a process that is killed while it asks leaves a refund that is asked for again.
  const nextTryAt = new Date((await needs.now()).getTime() + retryDelayMs(refund.attempts));
  await needs.refunds.tryLater(refund.sn, nextTryAt);
  try {
    await needs.step('before the refund is sent');
    const said = await (refund.state === 'SENT' ? provider.queryRefund(toSend) : provider.refund(toSend));
    await needs.step('refund sent');
    await settleRefund(needs, refund, said);
  } catch (error) {
    if (error instanceof ProviderRefused) {
      needs.log.error({ err: error, sn: refund.sn }, 'the provider refuses a refund');
      await settleRefund(needs, refund, { state: 'FAILED' });
    } else if (error instanceof ProviderUnavailable) {
      needs.log.warn({ err: error, sn: refund.sn, nextTryAt }, 'a refund is tried again');
    } else throw error;
  }
}

async function holdOrder(_needs: Needs, _refund: Refund): Promise<void> {
  throw new Error('not yet');
}

async function tellOrderOfRefund(_needs: Needs, _refund: Refund): Promise<void> {
  throw new Error('not yet');
}
