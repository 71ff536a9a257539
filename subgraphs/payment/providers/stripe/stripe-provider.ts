import Stripe from 'stripe';
import {
  type PaymentRef,
  type PaymentToBegin,
  type Provider,
  type ProviderFact,
  ProviderRefused,
  ProviderUnavailable,
  type RefundToSend,
} from '../../domain/provider.ts';
import { asked, looked } from './stripe-answers.ts';
import {
  disputeListed,
  disputeOf,
  factOf,
  paymentOf,
  refundFact,
  refundOf,
  sessionListed,
} from './stripe-facts.ts';
import { stripeLimits, toStripe } from './stripe-money.ts';

export type StripeOptions = {
  secretKey: string;
  webhookSecret: string;
  /** Where Stripe's API is. */
  url: string;
  /** Where the traveller comes back to, unless the payment names another address. */
  returnUrl: string;
  timeoutMs: number;
};

const SESSION = 'checkout.session';

/**
 * Stripe, by Checkout: one session for each payment, with a page of its own. A session cannot
 * expire sooner than half an hour after it began, so we close it when its order closes.
 */
export function stripeProvider(options: StripeOptions): Provider {
  const stripe = clientOf(options);
  const { webhookSecret } = options;
  const paymentOfIntent = (intent: string) => paymentOfIntentAt(stripe, intent);
  return {
    methods: ['STRIPE'],
    limits: stripeLimits,
    async begin(payment) {
      const session = await create(stripe, options, payment);
      return { providerRef: session.id, instructions: session.url ? { url: session.url } : {} };
    },
    query: (payment) => query(stripe, payment),
    close: (payment) => close(stripe, options, payment),
    refund: (refund) => sendRefund(stripe, refund),
    queryRefund: async (refund) => {
      const dispute = await findDispute(stripe, refund);
      if (dispute) return disputeOf(dispute);
      const intent = await intentOf(stripe, refund.payment);
      return intent ? findRefund(stripe, intent, refund) : { state: 'UNKNOWN' };
    },
    async readWebhook({ headers, body }) {
      let event: Stripe.Event;
      try {
        const signature = headers['stripe-signature'] ?? '';
        event = stripe.webhooks.constructEvent(body, signature, webhookSecret);
      } catch {
        return null;
      }
      return factOf(event, paymentOfIntent);
    },
    facts: (since) => listed(stripe, since),
    factsOf: (payment) => listedOf(stripe, payment),
    stop: async () => {},
  };
}

function clientOf({ url, secretKey, timeoutMs }: StripeOptions): Stripe {
  const { protocol, hostname, port } = new URL(url);
  return new Stripe(secretKey, {
    protocol: protocol.slice(0, -1) as 'http' | 'https',
    host: hostname,
    ...(port ? { port } : {}),
    timeout: timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/** Repeated under the same idempotency key, it returns the session that was created first. */
function create(stripe: Stripe, options: StripeOptions, payment: PaymentToBegin) {
  const { sn, currency, description, returnUrl = options.returnUrl } = payment;
  const product_data = { name: description };
  const unit_amount = toStripe(payment);
  const price_data = { currency: currency.toLowerCase(), unit_amount, product_data };
  return asked(SESSION, () =>
    stripe.checkout.sessions.create(
      {
        mode: 'payment',
        client_reference_id: sn,
        metadata: { sn },
        line_items: [{ quantity: 1, price_data }],
        success_url: withPayment(returnUrl, sn),
        cancel_url: withPayment(returnUrl, sn),
      },
      { idempotencyKey: sn },
    ),
  );
}

/** The address that the traveller comes back to, with the payment's number. */
function withPayment(address: string, sn: string): string {
  const url = new URL(address);
  url.searchParams.set('payment', sn);
  return url.href;
}

async function query(stripe: Stripe, { providerRef }: PaymentRef) {
  const session =
    providerRef && (await looked(SESSION, () => stripe.checkout.sessions.retrieve(providerRef)));
  return session ? paymentOf(session, new Date()) : { state: 'UNKNOWN' as const };
}

/**
 * Without a reference, a session may have been created whose answer was lost, or is being created
 * now: creating it again returns that one, and it is expired.
 */
async function close(stripe: Stripe, options: StripeOptions, payment: PaymentToBegin & PaymentRef) {
  const { providerRef: id = (await create(stripe, options, payment)).id } = payment;
  try {
    const expired = await asked(SESSION, () => stripe.checkout.sessions.expire(id));
    return paymentOf(expired, new Date());
  } catch (error) {
    // Only an open session can be expired. This one has ended already, and says how.
    if (error instanceof ProviderRefused) return query(stripe, { ...payment, providerRef: id });
    throw error;
  }
}

/** The payment intent that holds the money; null if there is no money. */
async function intentOf(stripe: Stripe, { providerRef }: PaymentRef): Promise<string | null> {
  const session =
    providerRef && (await looked(SESSION, () => stripe.checkout.sessions.retrieve(providerRef)));
  return session && typeof session.payment_intent === 'string' ? session.payment_intent : null;
}

const disputeId = /^(dp|du)_/;

/** The dispute that a refund stands for; null if it is none. */
async function findDispute(
  stripe: Stripe,
  { providerRef = '' }: Pick<RefundToSend, 'providerRef'>,
): Promise<Stripe.Dispute | null> {
  if (!disputeId.test(providerRef)) return null;
  return looked('dispute', () => stripe.disputes.retrieve(providerRef));
}

async function findRefund(
  stripe: Stripe,
  intent: string,
  { sn, providerRef }: Pick<RefundToSend, 'sn' | 'providerRef'>,
) {
  const list = { payment_intent: intent, limit: 100 };
  const { data } = await asked('list', () => stripe.refunds.list(list));
  const found = data.find(({ id, metadata }) => id === providerRef || metadata?.sn === sn);
  return found ? refundOf(found) : { state: 'UNKNOWN' as const };
}

/**
 * Looked up first: Stripe forgets idempotency keys after a day, and a refund may be tried for
 * longer.
 */
async function sendRefund(stripe: Stripe, { sn, payment, amount }: RefundToSend) {
  const intent = await intentOf(stripe, payment);
  if (!intent) throw new ProviderUnavailable(`Stripe knows no money of ${payment.sn}`);
  const known = await findRefund(stripe, intent, { sn });
  if (known.state !== 'UNKNOWN') return known;
  const units = toStripe({ amount, currency: payment.currency });
  const wanted = { payment_intent: intent, amount: units, metadata: { sn } };
  return refundOf(
    await asked('refund', () => stripe.refunds.create(wanted, { idempotencyKey: sn })),
  );
}

async function paymentOfIntentAt(stripe: Stripe, intent: string): Promise<string | null> {
  const list = { payment_intent: intent, limit: 1 };
  const { data } = await asked('list', () => stripe.checkout.sessions.list(list));
  return data[0]?.client_reference_id ?? null;
}

/** One payment's session, refunds and disputes. */
async function* listedOf(
  stripe: Stripe,
  { sn, providerRef }: PaymentRef,
): AsyncGenerator<ProviderFact> {
  const session =
    providerRef && (await looked(SESSION, () => stripe.checkout.sessions.retrieve(providerRef)));
  if (!session) return yield { about: 'payment', sn, payment: { state: 'UNKNOWN' } };
  yield sessionListed(session);
  const { payment_intent } = session;
  if (typeof payment_intent !== 'string') return;
  const known = async () => sn;
  for await (const refund of once(stripe.refunds.list({ payment_intent, limit: 100 })))
    yield await refundFact(refund, known);
  for await (const dispute of once(stripe.disputes.list({ payment_intent, limit: 100 })))
    yield await disputeListed(dispute, known);
}

/** Sessions first, so that the payment of each refund and dispute is known by then. */
async function* listed(stripe: Stripe, since: Date): AsyncGenerator<ProviderFact> {
  const created = { gte: Math.floor(since.getTime() / 1_000) };
  const payments = new Map<string, string | null>();
  for await (const session of once(stripe.checkout.sessions.list({ created, limit: 100 }))) {
    if (typeof session.payment_intent === 'string')
      payments.set(session.payment_intent, session.client_reference_id);
    yield sessionListed(session);
  }
  const known = async (intent: string) => payments.get(intent) ?? paymentOfIntentAt(stripe, intent);
  for await (const refund of once(stripe.refunds.list({ created, limit: 100 })))
    yield await refundFact(refund, known);
  for await (const dispute of once(stripe.disputes.list({ created, limit: 100 })))
    yield await disputeListed(dispute, known);
}

/** A page may repeat what the one before it had. A list that only repeats itself would never end. */
const maxRepeated = 100;

/** What a list names, each once. */
async function* once<Item extends { id: string }>(list: AsyncIterable<Item>): AsyncGenerator<Item> {
  const seen = new Set<string>();
  let repeated = 0;
  for await (const item of list) {
    repeated = seen.has(item.id) ? repeated + 1 : 0;
    if (repeated > maxRepeated) throw new ProviderUnavailable('Stripe repeats its list');
    if (repeated === 0) yield item;
    seen.add(item.id);
  }
}
