import { refundedNotice } from '../domain/email.ts';
import type { Refund } from '../domain/refund.ts';
import type { ProviderRefund } from '../providers/provider.ts';
import type { Needs } from './needs.ts';

/** Keeps how a refund stands at its provider, and with it the payment's state. The order is told afterwards. */
export async function settleRefund(
  needs: Needs,
  refund: Refund,
  said: ProviderRefund,
): Promise<void> {
  const { refunds, payments, notices, transaction, log } = needs;
  const { sn, paymentSn, amount } = refund;
  if (said.state === 'UNKNOWN') return;
  if (said.state === 'WAIT') {
    await refunds.advance(sn, 'SENT');
    return;
  }
  const settledAt = await needs.now();
  await needs.step('before the refund is settled');
  await transaction(async (session) => {
    const settled = await refunds.end(
      sn,
      said.state === 'SUCCESS' ? 'SUCCESS' : 'FAILED',
      settledAt,
      session,
    );
    if (!settled) return tellIfOtherwise(needs, refund, said);
    if (said.state === 'FAILED') return payments.refundFailed(paymentSn, amount, session);
    await payments.refundSucceeded(paymentSn, session);
    await notices.insert(refundedNotice(settled), settledAt, session);
  });
  await needs.step('refund settled');
  if (said.state === 'FAILED')
    log.error({ sn, paymentSn, amount }, 'a refund failed: someone must look at it');
}

/** It was over before, and is now said to have ended the other way: money that we can't follow by ourselves. */
async function tellIfOtherwise(
  { refunds, log }: Needs,
  { sn, paymentSn, amount }: Refund,
  said: ProviderRefund,
): Promise<void> {
  const kept = (await refunds.find(sn))?.state;
  if (kept === said.state) return;
  log.error(
    { sn, paymentSn, amount, kept, said: said.state },
    'the provider says that a refund ended otherwise: someone must look at it',
  );
}
