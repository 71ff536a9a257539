import Stripe from 'stripe';
import {
  type PaymentRef,
  type Provider,
  type ProviderPayment,
  type ProviderRefund,
  ProviderRefused,
  ProviderUnavailable,
  type RefundToSend,
  type Webhook,
} from '../../domain/provider.ts';

export type StripeOptions = {
  secretKey: string;
  webhookSecret: string;
  /** Where Stripe's API is. */
  url: string;
  /** Where the traveller comes back to; `{orderSn}` is not known there, so it is one page for all. */
  returnUrl: string;
  timeoutMs: number;
};

/**
 * Stripe, by Checkout: one session for each payment, which is its own page to pay at.
 * A session can't expire sooner than half an hour after it began, so it is closed by us when its order closes.
 */
export function stripeProvider(options: StripeOptions): Provider {
  const { protocol, hostname, port } = new URL(options.url);
  const stripe = new Stripe(options.secretKey, {
    protocol: protocol.slice(0, -1) as 'http' | 'https',
    host: hostname,
    ...(port ? { port } : {}),
    timeout: options.timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
  });

  const find = async ({ providerRef }: PaymentRef): Promise<ProviderPayment> =>
    providerRef
      ? paymentOf(await asked(() => stripe.checkout.sessions.retrieve(providerRef)), new Date())
      : { state: 'UNKNOWN' };

  /** The payment intent that holds the money. */
  async function intentOf({ providerRef, sn }: PaymentRef): Promise<string> {
    const session =
      providerRef && (await asked(() => stripe.checkout.sessions.retrieve(providerRef)));
    if (!session || typeof session.payment_intent !== 'string')
      throw new ProviderRefused(`${sn} has no money`);
    return session.payment_intent;
  }
  async function findRefund(intent: string, sn: string): Promise<ProviderRefund> {
    const { data } = await asked(() => stripe.refunds.list({ payment_intent: intent, limit: 100 }));
    const found = data.find(({ metadata }) => metadata?.sn === sn);
    return found ? refundOf(found) : { state: 'UNKNOWN' };
  }

  return {
    methods: ['STRIPE'],
    async begin({ sn, amount, currency, description }) {
      const product_data = { name: description };
      const price_data = { currency: currency.toLowerCase(), unit_amount: amount, product_data };
      const session = await asked(() =>
        stripe.checkout.sessions.create(
          {
            mode: 'payment',
            client_reference_id: sn,
            metadata: { sn },
            line_items: [{ quantity: 1, price_data }],
            success_url: options.returnUrl,
            cancel_url: options.returnUrl,
          },
          { idempotencyKey: sn },
        ),
      );
      return { providerRef: session.id, instructions: session.url ? { url: session.url } : {} };
    },
    query: find,
    async close(payment) {
      const { providerRef } = payment;
      if (!providerRef) return { state: 'UNKNOWN' };
      try {
        return paymentOf(
          await asked(() => stripe.checkout.sessions.expire(providerRef)),
          new Date(),
        );
      } catch (error) {
        // Only an open session can be expired: this one has ended already, and tells how.
        if (error instanceof ProviderRefused) return find(payment);
        throw error;
      }
    },
    /** Looked up first: Stripe forgets idempotency keys after a day, and a refund may be tried for longer. */
    async refund({ sn, payment, amount }) {
      const intent = await intentOf(payment);
      const known = await findRefund(intent, sn);
      if (known.state !== 'UNKNOWN') return known;
      const wanted = { payment_intent: intent, amount, metadata: { sn } };
      return refundOf(await asked(() => stripe.refunds.create(wanted, { idempotencyKey: sn })));
    },
    queryRefund: async ({ sn, payment }: RefundToSend) => findRefund(await intentOf(payment), sn),
    async readWebhook({ headers, body }) {
      try {
        const signature = headers['stripe-signature'] ?? '';
        return webhookOf(stripe.webhooks.constructEvent(body, signature, options.webhookSecret));
      } catch {
        return null;
      }
    },
    stop: async () => {},
  };
}

/** What Stripe's errors mean to us: no for good, or ask again. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (
      error instanceof Stripe.errors.StripeInvalidRequestError ||
      error instanceof Stripe.errors.StripeCardError
    ) {
      throw new ProviderRefused(`Stripe refuses: ${error.message}`, { cause: error });
    }
    throw new ProviderUnavailable(`Stripe does not answer: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function paymentOf(session: Stripe.Checkout.Session, paidAt: Date): ProviderPayment {
  if (session.status === 'expired') return { state: 'CLOSED' };
  if (session.status !== 'complete' || session.payment_status !== 'paid') return { state: 'WAIT' };
  const currency = (session.currency ?? '').toUpperCase();
  return {
    state: 'SUCCESS',
    amount: session.amount_total ?? 0,
    currency,
    paidAt,
    providerRef: session.id,
  };
}

const refundStates: Record<string, ProviderRefund['state']> = {
  succeeded: 'SUCCESS',
  failed: 'FAILED',
  canceled: 'FAILED',
};
const refundOf = ({ status }: Stripe.Refund): ProviderRefund => ({
  state: refundStates[status ?? ''] ?? 'WAIT',
});

function webhookOf(event: Stripe.Event): Webhook {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.expired': {
      const session = event.data.object;
      const sn = session.client_reference_id ?? '';
      return { about: 'payment', sn, payment: paymentOf(session, new Date(event.created * 1_000)) };
    }
    case 'checkout.session.async_payment_failed':
      return {
        about: 'payment',
        sn: event.data.object.client_reference_id ?? '',
        payment: { state: 'FAILED' },
      };
    case 'refund.updated':
    case 'refund.failed': {
      const refund = event.data.object;
      const { amount, currency, metadata } = refund;
      const sn = metadata?.sn ?? '';
      return {
        about: 'refund',
        sn,
        amount,
        currency: currency.toUpperCase(),
        refund: refundOf(refund),
      };
    }
    default:
      return { about: 'nothing' };
  }
}
