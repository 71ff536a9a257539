import type { Payment } from '../domain/payment.ts';
import { providerOf } from '../providers/provider.ts';
import type { Needs } from './needs.ts';
import { recordPayment } from './record-payment.ts';

/** Closes a waiting payment at its provider, so that it can't be paid any more, and keeps how it ended there. */
export async function closeAttempt(needs: Needs, payment: Payment): Promise<void> {
  const provider = providerOf(needs.providers, payment.method);
  if (!provider)
    throw new Error(
      `the provider of ${payment.method} is switched off, and payment ${payment.sn} waits`,
    );
  const said = await provider.close(payment);
  await needs.step('payment closed at the provider');
  await recordPayment(needs, payment, said.state === 'UNKNOWN' ? { state: 'CLOSED' } : said);
}
