import type Stripe from 'stripe';
import type { ProviderFact, ProviderPayment, ProviderRefund } from '../../domain/provider.ts';
import { fromStripe } from './stripe-money.ts';

type Session = Stripe.Checkout.Session;

/**
 * What Stripe says of a session. `paidAt` is not in the session. One that does not say how much was
 * paid is asked about again.
 */
export function paymentOf(session: Session, paidAt: Date): ProviderPayment {
  const { status, payment_status, amount_total: units, currency } = session;
  if (status === 'expired') return { state: 'CLOSED' };
  const isPaid = status === 'complete' && payment_status === 'paid';
  if (!isPaid || !units || !currency) return { state: 'WAIT' };
  const money = fromStripe(units, currency);
  return { state: 'SUCCESS', ...money, paidAt, providerRef: session.id };
}

const refundStates: Record<string, ProviderRefund['state']> = {
  succeeded: 'SUCCESS',
  failed: 'FAILED',
  canceled: 'FAILED',
};
export const refundOf = ({ status }: Stripe.Refund): ProviderRefund => ({
  state: refundStates[status ?? ''] ?? 'WAIT',
});

/** Our number of the payment that a payment intent belongs to; null if it is not ours. */
export type PaymentOfIntent = (intent: string) => Promise<string | null>;

const nothing: ProviderFact = { about: 'nothing' };

/** A session that is not ours names no payment of ours, and is ignored. */
const sessionFact = (session: Session, payment: ProviderPayment): ProviderFact =>
  session.client_reference_id
    ? { about: 'payment', sn: session.client_reference_id, payment }
    : nothing;

export const sessionListed = (session: Session): ProviderFact =>
  sessionFact(session, paymentOf(session, new Date(session.created * 1_000)));

/** A refund that we asked for carries our number. Any other one was made on Stripe's page. */
export async function refundFact(
  refund: Stripe.Refund,
  paymentOfIntent: PaymentOfIntent,
): Promise<ProviderFact> {
  const { id: ref, amount, currency, metadata, payment_intent: intent } = refund;
  const sn = metadata?.sn ?? null;
  const paymentSn = typeof intent === 'string' ? await paymentOfIntent(intent) : null;
  if (!sn && !paymentSn) return nothing;
  const money = fromStripe(amount, currency);
  return { about: 'refund', sn, ref, paymentSn, ...money, refund: refundOf(refund) };
}

/**
 * In a dispute Stripe takes the money back, and returns it if we win. A warning has moved no money
 * yet, or none at all.
 */
export const disputeOf = ({ status }: Stripe.Dispute): ProviderRefund => ({
  state: status === 'won' || status.startsWith('warning') ? 'FAILED' : 'SUCCESS',
});

async function disputeFact(
  dispute: Stripe.Dispute,
  state: ProviderRefund['state'],
  paymentOfIntent: PaymentOfIntent,
): Promise<ProviderFact> {
  const { id: ref, amount, currency, payment_intent: intent } = dispute;
  const paymentSn = typeof intent === 'string' ? await paymentOfIntent(intent) : null;
  if (!paymentSn) return nothing;
  const money = fromStripe(amount, currency);
  return { about: 'refund', sn: null, ref, paymentSn, ...money, refund: { state } };
}

export const disputeListed = async (
  dispute: Stripe.Dispute,
  paymentOfIntent: PaymentOfIntent,
): Promise<ProviderFact> =>
  dispute.object !== 'dispute' || dispute.status.startsWith('warning')
    ? nothing
    : disputeFact(dispute, disputeOf(dispute).state, paymentOfIntent);

/** What an event tells. */
export async function factOf(
  event: Stripe.Event,
  paymentOfIntent: PaymentOfIntent,
): Promise<ProviderFact> {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.expired': {
      const session = event.data.object;
      return sessionFact(session, paymentOf(session, new Date(event.created * 1_000)));
    }
    case 'checkout.session.async_payment_failed':
      return sessionFact(event.data.object, { state: 'FAILED' });
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return refundFact(event.data.object, paymentOfIntent);
    case 'charge.dispute.funds_withdrawn':
      return disputeFact(event.data.object, 'SUCCESS', paymentOfIntent);
    case 'charge.dispute.funds_reinstated':
      return disputeFact(event.data.object, 'FAILED', paymentOfIntent);
    default:
      return nothing;
  }
}
