import { failpoint } from '../../../runtime/failpoint.ts';
import type { Payment } from '../domain/payment.ts';
import { type Providers, ProviderUnavailable, providerOf } from '../domain/provider.ts';
import { type RecordPaymentNeeds, recordPayment } from './record-payment.ts';

export type CloseAttemptNeeds = RecordPaymentNeeds & { providers: Providers };

/**
 * Closes a waiting payment at its provider, so that nobody can pay it, and keeps how it ended
 * there.
 * @throws ProviderUnavailable if the provider does not answer, or is switched off: it may still be
 *   paid there
 */
export async function closeAttempt(needs: CloseAttemptNeeds, payment: Payment): Promise<void> {
  const { sn, method, providerRef = null } = payment;
  const provider = providerOf(needs.providers, method);
  if (!provider)
    throw new ProviderUnavailable(`payment ${sn} waits, but ${method} is switched off`);
  const said = await provider.close(payment);
  await failpoint('payment closed at the provider');
  const ended = said.state === 'UNKNOWN' ? { state: 'CLOSED' as const } : said;
  await recordPayment(needs, payment, ended, providerRef);
}

export type CloseOrThrowNeeds = CloseAttemptNeeds & {
  payment(sn: string): Promise<Payment | null>;
};

/** Closes an attempt. @throws ProviderUnavailable if the provider has not decided yet */
export async function closeOrThrow(needs: CloseOrThrowNeeds, payment: Payment): Promise<void> {
  await closeAttempt(needs, payment);
  if ((await needs.payment(payment.sn))?.state === 'WAIT')
    throw new ProviderUnavailable(`payment ${payment.sn} cannot be closed yet`);
}
