import { failpoint } from '../../../runtime/failpoint.ts';
import type { Log } from '../../../runtime/log.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import type { Money, Payment } from '../domain/payment.ts';
import type { ProviderPayment } from '../domain/provider.ts';
import { newRefund, type Refund } from '../domain/refund.ts';

type Arrived = { paidAt: Date; received: Money; providerRef?: string };

export type RecordPaymentNeeds = {
  now(): Promise<Date>;
  /** Each returns null if the payment was in such a state before. */
  markPaid(sn: string, arrived: Arrived): Promise<Payment | null>;
  returnOtherMoney(
    sn: string,
    arrived: Arrived,
    refundOf: (payment: Payment) => Refund,
  ): Promise<Payment | null>;
  endPayment(ended: {
    sn: string;
    to: 'FAILED' | 'CLOSED';
    closedRef?: string | null;
  }): Promise<Payment | null>;
  log: Log;
};

const whyReturned = 'Another amount arrived than was to be paid.';

/**
 * Keeps what a provider says of a payment. It is durable when this returns; the change feed tells
 * the order.
 * @param closedRef for an attempt that we closed: the provider's reference that we knew then, null
 *   for none
 * @returns whether something changed
 */
export async function recordPayment(
  needs: RecordPaymentNeeds,
  payment: Payment,
  said: ProviderPayment,
  closedRef?: string | null,
): Promise<boolean> {
  if (said.state === 'WAIT' || said.state === 'UNKNOWN') return false;
  const { sn, orderSn, amount, currency } = payment;
  if (said.state !== 'SUCCESS') {
    const ended = { sn, to: said.state, ...(closedRef === undefined ? {} : { closedRef }) };
    return (await needs.endPayment(ended)) !== null;
  }
  const { state: _, amount: paid, currency: paidCurrency, ...rest } = said;
  const arrived = { ...rest, received: { amount: paid, currency: paidCurrency } };
  const asAsked = paid === amount && paidCurrency === currency;
  await failpoint('before the money is recorded');
  const changed = asAsked
    ? await needs.markPaid(sn, arrived)
    : await returnOther(needs, sn, arrived);
  await failpoint('money recorded');
  if (!changed) return false;
  if (!asAsked)
    needs.log.error({ sn, orderSn, amount, currency, said }, 'another amount has arrived');
  return true;
}

/** Money of another amount or currency pays nothing: all of it goes back. */
async function returnOther(needs: RecordPaymentNeeds, sn: string, arrived: Arrived) {
  const now = await needs.now();
  return needs.returnOtherMoney(sn, arrived, (payment) =>
    newRefund(
      {
        ...{ payment, amount: arrived.received.amount, reason: whyReturned },
        ...{ cause: 'OTHER_AMOUNT', endsStay: false },
      },
      serialNumber('RFD', now),
      now,
    ),
  );
}
