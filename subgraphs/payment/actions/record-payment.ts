import { failpoint } from '../../../runtime/failpoint.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Payment } from '../domain/payment.ts';
import type { ProviderPayment } from '../domain/provider.ts';

export type RecordPaymentNeeds = {
  /** Both return null if the payment was in such a state before. */
  markPaid(sn: string, paidAt: Date, providerRef?: string): Promise<Payment | null>;
  endPayment(sn: string, to: 'FAILED' | 'CLOSED'): Promise<Payment | null>;
  log: Log;
};

/** `wrong money`: another amount or currency than was asked for. It changes nothing. */
export type Recorded = 'changed' | 'nothing new' | 'wrong money';

/** Keeps what a provider says of a payment. It is durable when this returns; the change feed tells the order. */
export async function recordPayment(
  needs: RecordPaymentNeeds,
  payment: Payment,
  said: ProviderPayment,
): Promise<Recorded> {
  if (said.state === 'WAIT' || said.state === 'UNKNOWN') return 'nothing new';
  if (said.state !== 'SUCCESS') {
    return (await needs.endPayment(payment.sn, said.state)) ? 'changed' : 'nothing new';
  }
  const { sn, orderSn, amount, currency } = payment;
  if (said.amount !== amount || said.currency !== currency) {
    needs.log.error({ sn, amount, currency, said }, 'the provider reports another amount');
    return 'wrong money';
  }
  await failpoint('before the money is recorded');
  const changed = await needs.markPaid(sn, said.paidAt, said.providerRef);
  await failpoint('money recorded');
  if (changed) needs.log.info({ sn, orderSn }, 'money has arrived');
  return changed ? 'changed' : 'nothing new';
}
