import type { Money, PayInstructions, PayMethod } from './payment.ts';

/**
 * The provider did not answer, or can't now. Whether it did what it was asked is unknown: ask
 * again.
 */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable';
}

/**
 * The provider refuses to begin a payment or to make a refund, and will refuse it again. No answer
 * to a question is one.
 */
export class ProviderRefused extends Error {
  override name = 'ProviderRefused';
}

/** What a provider must know to begin a payment. */
export type PaymentToBegin = Money & {
  sn: string;
  method: PayMethod;
  description: string;
  payBefore: Date;
  payerId?: string;
  /** Where the provider's page sends the traveller back to. */
  returnUrl?: string;
};

/** A payment as we refer to it at its provider. */
export type PaymentRef = { sn: string; providerRef?: string };

/**
 * A payment that the provider has begun: its own name for it, if it has one, and what the client
 * needs to pay.
 */
export type Begun = { providerRef?: string; instructions: PayInstructions };

/** What a provider says of a payment. `UNKNOWN`: it does not know the payment. */
export type ProviderPayment =
  | { state: 'WAIT' | 'FAILED' | 'CLOSED' | 'UNKNOWN' }
  | (Money & { state: 'SUCCESS'; paidAt: Date; providerRef?: string });

/**
 * A refund to ask the provider for. The serial number makes it one refund, however often it is
 * sent.
 */
export type RefundToSend = {
  sn: string;
  payment: PaymentRef & Money;
  amount: number;
  reason: string;
  /** The provider's own name for it, if the provider made the refund by itself. */
  providerRef?: string;
};

/** What a provider says of a refund. `UNKNOWN`: it does not know the refund. */
export type ProviderRefund = { state: 'WAIT' | 'SUCCESS' | 'FAILED' | 'UNKNOWN' };

/** What a provider tells us of a refund. */
export type RefundFact = Money & {
  about: 'refund';
  /**
   * Our number, if we asked for the refund. Null if it was made on the provider's page, or is a
   * dispute.
   */
  sn: string | null;
  /** The provider's name for the refund. */
  ref: string;
  /** Our number of the payment; null if it is not ours. */
  paymentSn: string | null;
  refund: ProviderRefund;
};

/** What a provider tells us, by webhook or in its list. */
export type ProviderFact =
  | { about: 'payment'; sn: string; payment: ProviderPayment }
  | RefundFact
  /** Something that we do not follow, or that is not ours. */
  | { about: 'nothing' };

/** A webhook as it arrives. The signature covers the raw body. */
export type RawWebhook = { headers: Record<string, string | undefined>; body: Buffer };

/**
 * The amounts that a provider takes in a currency, in its ISO 4217 minor units. Each must be a
 * multiple of `step`.
 */
export type AmountLimits = { smallest: number; largest: number; step: number };

/**
 * A payment provider. Every call is idempotent: asked again, it changes nothing.
 * @throws ProviderUnavailable if the outcome is unknown. `begin` and `refund` throw ProviderRefused
 *   if the answer stays no.
 */
export type Provider = {
  methods: readonly PayMethod[];
  /** Null if the provider does not take the currency. */
  limits(currency: string): AmountLimits | null;
  begin(payment: PaymentToBegin, webhookUrl: string): Promise<Begun>;
  query(payment: PaymentRef): Promise<ProviderPayment>;
  /**
   * Makes sure that nobody can pay it any more. Returns how it ended: it may have been paid before.
   */
  close(payment: PaymentToBegin & PaymentRef): Promise<ProviderPayment>;
  refund(refund: RefundToSend): Promise<ProviderRefund>;
  /** How the refund stands there now. */
  queryRefund(refund: RefundToSend): Promise<ProviderRefund>;
  /**
   * Verifies and reads a webhook. Null if it is not the provider's: forged, too old or malformed.
   */
  readWebhook(raw: RawWebhook): Promise<ProviderFact | null>;
  /** All payments and refunds that began since then. Absent if the provider has no such list. */
  facts?(since: Date): AsyncIterable<ProviderFact>;
  /** One payment and all its refunds, however old they are. Present where `facts` is. */
  factsOf?(payment: PaymentRef): AsyncIterable<ProviderFact>;
  stop(): Promise<void>;
};

/** A provider with the name that its webhook's address ends with. */
export type NamedProvider = Provider & { name: string };

/** The providers of one system, by name. */
export type Providers = Record<string, Provider>;

/** The provider of a method; null if the method is not offered. */
export function providerOf(providers: Providers, method: PayMethod): NamedProvider | null {
  const entry = Object.entries(providers).find(([, provider]) => provider.methods.includes(method));
  return entry ? { name: entry[0], ...entry[1] } : null;
}

/** Whether a provider takes an amount. */
export function takes({ limits }: Pick<Provider, 'limits'>, { amount, currency }: Money): boolean {
  const allowed = limits(currency);
  return (
    allowed !== null &&
    amount >= allowed.smallest &&
    amount <= allowed.largest &&
    amount % allowed.step === 0
  );
}

/** Every method by which an amount can be paid. */
export const methodsFor = (providers: Providers, money: Money): PayMethod[] =>
  Object.values(providers)
    .filter((provider) => takes(provider, money))
    .flatMap(({ methods }) => methods);
