import { failpoint } from '../../../runtime/failpoint.ts';
import type { Log } from '../../../runtime/log.ts';
import { type Email, refundedEmail } from '../domain/email.ts';
import type { ProviderRefund } from '../domain/provider.ts';
import type { EndedRefundState, Refund } from '../domain/refund.ts';

export type SettleRefundNeeds = {
  now(): Promise<Date>;
  moveRefund(sn: string, to: 'SENT'): Promise<unknown>;
  /** Null if nothing is new, or if somebody else has taken the refund since the lease began. */
  endRefund(
    end: { sn: string; to: EndedRefundState; now: Date; lease?: Date },
    emailOf: (refund: Refund) => Email,
  ): Promise<Refund | null>;
  log: Log;
};

/**
 * Stores what a provider says of a refund: its last word counts. The order is told afterwards.
 * @param lease of the process that asked the provider. An answer may be out of date after a pause,
 *   so it counts only if the refund is still open and no other process has taken it
 */
export async function settleRefund(
  needs: SettleRefundNeeds,
  refund: Refund,
  said: ProviderRefund,
  lease?: Date,
): Promise<void> {
  const { sn, paymentSn, amount } = refund;
  if (said.state === 'UNKNOWN') return;
  if (said.state === 'WAIT') {
    await needs.moveRefund(sn, 'SENT');
    return;
  }
  const now = await needs.now();
  await failpoint('before the refund is settled');
  const ended = await needs.endRefund(
    { sn, to: said.state, now, ...(lease ? { lease } : {}) },
    refundedEmail,
  );
  await failpoint('refund settled');
  if (ended?.contradicted) {
    const said = ended.state;
    needs.log.error({ sn, paymentSn, amount, said }, 'a refund ended otherwise than was known');
  } else if (ended?.state === 'FAILED') {
    needs.log.error({ sn, paymentSn, amount }, 'a refund failed');
  }
}
