import type { Log } from '../../../runtime/log.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import { isPaymentSn, moneyOf, type Payment } from '../domain/payment.ts';
import type {
  NamedProvider,
  ProviderFact,
  ProviderRefund,
  RefundFact,
} from '../domain/provider.ts';
import { isRefundSn, type Refund, refundByProvider } from '../domain/refund.ts';
import { type RecordPaymentNeeds, recordPayment } from './record-payment.ts';
import { type SettleRefundNeeds, settleRefund } from './settle-refund.ts';

export type RecordFactNeeds = RecordPaymentNeeds &
  SettleRefundNeeds & {
    payment(sn: string): Promise<Payment | null>;
    refund(sn: string): Promise<Refund | null>;
    refundByRef(paymentSn: string, providerRef: string): Promise<Refund | null>;
    recordProviderRefund(refund: Refund): Promise<boolean>;
    log: Log;
  };

/**
 * `unknown`: it names a number of ours that does not exist. `wrong money`: a refund that we know, in
 * another amount, or of another payment.
 */
export type Handled = 'handled' | 'ignored' | 'unknown' | 'wrong money';

type PaymentFact = Extract<ProviderFact, { about: 'payment' }>;

/** Keeps what a provider tells us. If this returns `handled`, it is durable. */
export async function recordFact(
  needs: RecordFactNeeds,
  provider: Of,
  fact: ProviderFact,
): Promise<Handled> {
  if (fact.about === 'nothing') return 'ignored';
  return fact.about === 'payment'
    ? recordPaymentFact(needs, provider, fact)
    : recordRefundFact(needs, provider, fact);
}

type Of = Pick<NamedProvider, 'methods' | 'queryRefund'>;

async function recordPaymentFact(needs: RecordFactNeeds, provider: Of, fact: PaymentFact) {
  if (!isPaymentSn(fact.sn)) return 'ignored';
  const payment = await paymentOf(needs, provider, fact.sn);
  if (!payment) return 'unknown';
  await recordPayment(needs, payment, fact.payment);
  return 'handled';
}

async function recordRefundFact(
  needs: RecordFactNeeds,
  provider: Of,
  fact: RefundFact,
): Promise<Handled> {
  if (fact.sn === null || !isRefundSn(fact.sn)) return recordForeignRefund(needs, provider, fact);
  const refund = await needs.refund(fact.sn);
  const payment = refund && (await paymentOf(needs, provider, refund.paymentSn));
  if (!payment) return 'unknown';
  // Stripe does not tell the payment of each refund.
  const isOfIt = fact.paymentSn === null || fact.paymentSn === refund.paymentSn;
  if (!isOfIt || fact.amount !== refund.amount || fact.currency !== refund.currency)
    return 'wrong money';
  await settleRefund(needs, refund, await lastWordOn(provider, refund, payment, fact));
  return 'handled';
}

/**
 * Facts come late and in any order. One that contradicts how a refund ended may be older than that,
 * so the provider is asked how the refund stands now.
 */
async function lastWordOn(
  provider: Of,
  refund: Refund,
  payment: Payment,
  fact: RefundFact,
): Promise<ProviderRefund> {
  if (refund.open || fact.refund.state === refund.state) return fact.refund;
  return standsNow(provider, refund, payment, fact);
}

/** How a refund stands at its provider now; what the fact says, if the provider does not know. */
async function standsNow(
  provider: Of,
  { sn, amount, reason, providerRef }: Refund,
  payment: Payment,
  fact: RefundFact,
): Promise<ProviderRefund> {
  const now = await provider.queryRefund({
    ...{ sn, amount, reason, payment: { ...payment, ...moneyOf(payment) } },
    ...(providerRef ? { providerRef } : {}),
  });
  return now.state === 'UNKNOWN' ? fact.refund : now;
}

/** A refund on the provider's own page, or a dispute: its money has left us, or has come back. */
async function recordForeignRefund(
  needs: RecordFactNeeds,
  provider: Of,
  fact: RefundFact,
): Promise<Handled> {
  const { paymentSn, ref, amount, currency } = fact;
  // Where nothing moved, there is nothing to book.
  if (paymentSn === null || !isPaymentSn(paymentSn) || amount <= 0) return 'ignored';
  const payment = await paymentOf(needs, provider, paymentSn);
  if (!payment) return 'unknown';
  const known = await needs.refundByRef(paymentSn, ref);
  if (known) {
    if (amount !== known.amount || currency !== known.currency) return 'wrong money';
    await settleRefund(needs, known, await lastWordOn(provider, known, payment, fact));
    return 'handled';
  }
  if (fact.refund.state !== 'SUCCESS') return 'ignored';
  // Its money is booked before anything goes back of it.
  if (!payment.paidAt || currency !== moneyOf(payment).currency) return 'wrong money';
  const now = await needs.now();
  const made = { amount, providerRef: ref, reason: 'Refunded at the payment provider.' };
  const refund = refundByProvider(payment, made, serialNumber('RFD', now), now);
  // The fact that it was taken back may have come first, when there was nothing to take back.
  if ((await standsNow(provider, refund, payment, fact)).state === 'FAILED') return 'ignored';
  if (await needs.recordProviderRefund(refund))
    needs.log.warn({ sn: refund.sn, paymentSn, amount }, 'the provider has refunded money');
  return 'handled';
}

/** A provider can tell of its own payments only. */
async function paymentOf(
  needs: RecordFactNeeds,
  { methods }: Pick<Of, 'methods'>,
  sn: string,
): Promise<Payment | null> {
  const payment = await needs.payment(sn);
  return payment && methods.includes(payment.method) ? payment : null;
}
