import type { Payment } from '../domain/payment.ts';
import type { ProviderPayment } from '../providers/provider.ts';
import type { Needs } from './needs.ts';

/** How what a provider said was taken: `wrong money` is another amount or currency than asked for, and changes nothing. */
export type Recorded = 'changed' | 'nothing new' | 'wrong money';

/** Keeps what a provider says of a payment. Durable when it returns; the order is told through the stream of changes. */
export async function recordPayment(
  needs: Needs,
  payment: Payment,
  said: ProviderPayment,
): Promise<Recorded> {
  const { payments, log } = needs;
  if (said.state === 'WAIT' || said.state === 'UNKNOWN') return 'nothing new';
  if (said.state !== 'SUCCESS') {
    const changed = await (said.state === 'FAILED'
      ? payments.fail(payment.sn)
      : payments.close(payment.sn));
    return changed ? 'changed' : 'nothing new';
  }
  if (said.amount !== payment.amount || said.currency !== payment.currency) {
    const { sn, amount, currency } = payment;
    log.error(
      { sn, amount, currency, said },
      'the provider speaks of other money than was asked for',
    );
    return 'wrong money';
  }
  await needs.step('before the money is recorded');
  const changed = await payments.succeed(payment.sn, said.paidAt, said.providerRef);
  await needs.step('money recorded');
  if (changed) log.info({ sn: payment.sn, orderSn: payment.orderSn }, 'money has arrived');
  return changed ? 'changed' : 'nothing new';
}
