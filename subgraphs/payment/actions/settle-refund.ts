import { failpoint } from '../../../runtime/failpoint.ts';
import type { Log } from '../../../runtime/log.ts';
import { type Email, refundedEmail } from '../domain/email.ts';
import type { ProviderRefund } from '../domain/provider.ts';
import type { Refund } from '../domain/refund.ts';

export type SettleRefundNeeds = {
  now(): Promise<Date>;
  refund(sn: string): Promise<Refund | null>;
  moveRefund(sn: string, to: 'SENT'): Promise<unknown>;
  /** Both return null if the refund had ended before. */
  succeedRefund(sn: string, emailOf: (refund: Refund) => Email, now: Date): Promise<Refund | null>;
  failRefund(sn: string, to: 'FAILED', now: Date): Promise<Refund | null>;
  log: Log;
};

/** Keeps what a provider says of a refund. The order is told afterwards. */
export async function settleRefund(
  needs: SettleRefundNeeds,
  refund: Refund,
  said: ProviderRefund,
): Promise<void> {
  const { sn, paymentSn, amount } = refund;
  if (said.state === 'UNKNOWN') return;
  if (said.state === 'WAIT') {
    await needs.moveRefund(sn, 'SENT');
    return;
  }
  const now = await needs.now();
  await failpoint('before the refund is settled');
  const settled =
    said.state === 'SUCCESS'
      ? await needs.succeedRefund(sn, refundedEmail, now)
      : await needs.failRefund(sn, 'FAILED', now);
  await failpoint('refund settled');
  if (!settled) return reportContradiction(needs, refund, said);
  if (said.state === 'FAILED') needs.log.error({ sn, paymentSn, amount }, 'a refund failed');
}

/** It had ended before, and the provider now says that it ended the other way. */
async function reportContradiction(
  { refund: find, log }: SettleRefundNeeds,
  { sn, paymentSn, amount }: Refund,
  said: ProviderRefund,
): Promise<void> {
  const stored = (await find(sn))?.state;
  if (stored === said.state) return;
  log.error(
    { sn, paymentSn, amount, stored, said: said.state },
    'the provider says that a refund ended otherwise: somebody must look at it',
  );
}
