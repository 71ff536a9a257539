import { type Refund, retryDelayMs } from '../domain/refund.ts';
import {
  type ProviderRefund,
  ProviderRefused,
  ProviderUnavailable,
  providerOf,
  type RefundToSend,
} from '../providers/provider.ts';
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
  // Set before asking: a process that is killed while it asks leaves a refund that is asked for again.
  const nextTryAt = new Date((await needs.now()).getTime() + retryDelayMs(refund.attempts));
  await needs.refunds.tryLater(refund.sn, nextTryAt);
  const provider = payment && providerOf(needs.providers, payment.method);
  if (!provider) throw new Error(`the provider of refund ${refund.sn} is switched off`);
  const toSend: RefundToSend = {
    sn: refund.sn,
    payment,
    amount: refund.amount,
    reason: refund.reason,
  };
  try {
    await needs.step('before the refund is sent');
    const known: ProviderRefund =
      refund.state === 'SENT' ? await provider.queryRefund(toSend) : { state: 'UNKNOWN' };
    const said = known.state === 'UNKNOWN' ? await provider.refund(toSend) : known;
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

/** Before money goes back, the order is held, so that nobody stays whose money is on its way. */
async function holdOrder(needs: Needs, refund: Refund): Promise<void> {
  const { sn, orderSn, paymentSn, amount, cause } = refund;
  // An earlier refund that has ended may hold the order still: it lets go when the order is told.
  const earlier = (await needs.refunds.ofOrders([orderSn])).filter(
    ({ open, orderTold }) => !open && !orderTold,
  );
  for (const ended of earlier) await tellOrderOfRefund(needs, ended);
  await needs.step('before the order is held');
  const answer = await needs.orders.holdForRefund({
    orderSn,
    refundSn: sn,
    unusedOnly: cause === 'TRAVELLER',
  });
  await needs.step('order held');
  if (answer === 'ACCEPTED') {
    await needs.refunds.advance(sn, 'APPROVED');
    await needs.step('refund approved');
    return;
  }
  const settledAt = await needs.now();
  await needs.transaction(async (session) => {
    const declined = await needs.refunds.end(sn, 'DECLINED', settledAt, session);
    if (declined) await needs.payments.refundFailed(paymentSn, amount, session);
  });
}

/** The order is refunded and its nights are free, or it can be used again. */
async function tellOrderOfRefund(needs: Needs, { sn, orderSn, state }: Refund): Promise<void> {
  await needs.step('before the order is told of the refund');
  await needs.orders.endRefund({ orderSn, refundSn: sn, succeeded: state === 'SUCCESS' });
  await needs.step('order told of the refund');
  await needs.refunds.orderTold(sn);
}
