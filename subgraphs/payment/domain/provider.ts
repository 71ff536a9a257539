import type { PayInstructions, PayMethod } from './payment.ts';

/** The provider did not answer, or can't now. Whether it did what it was asked is unknown: ask again. */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable';
}

/** The provider answered no, and will answer the same again. */
export class ProviderRefused extends Error {
  override name = 'ProviderRefused';
}

/** What a provider must know to begin a payment. */
export type PaymentToBegin = {
  sn: string;
  method: PayMethod;
  /** In minor units of `currency`. */
  amount: number;
  currency: string;
  description: string;
  payBefore: Date;
  payerId?: string;
};

/** A payment as we refer to it at its provider. */
export type PaymentRef = { sn: string; providerRef?: string };

/** A payment that the provider has begun: its own name for it, if it has one, and what the client needs to pay. */
export type Begun = { providerRef?: string; instructions: PayInstructions };

/** What a provider says of a payment. `UNKNOWN`: it does not know the payment. */
export type ProviderPayment =
  | { state: 'WAIT' | 'FAILED' | 'CLOSED' | 'UNKNOWN' }
  | { state: 'SUCCESS'; amount: number; currency: string; paidAt: Date; providerRef?: string };

/** A refund to ask the provider for. The serial number makes it one refund, however often it is sent. */
export type RefundToSend = {
  sn: string;
  payment: PaymentRef & { amount: number; currency: string };
  amount: number;
  reason: string;
};

/** What a provider says of a refund. `UNKNOWN`: it does not know the refund. */
export type ProviderRefund = { state: 'WAIT' | 'SUCCESS' | 'FAILED' | 'UNKNOWN' };

/** A webhook whose signature is the provider's. */
export type Webhook =
  | { about: 'payment'; sn: string; payment: ProviderPayment }
  | { about: 'refund'; sn: string; amount: number; currency: string; refund: ProviderRefund }
  /** An event that we do not follow. */
  | { about: 'nothing' };

/** A webhook as it arrives. The signature covers the raw body. */
export type RawWebhook = { headers: Record<string, string | undefined>; body: Buffer };

/**
 * A payment provider. Every call is idempotent: asked again, it changes nothing.
 * @throws ProviderUnavailable if the outcome is unknown, ProviderRefused if the answer is no and stays no
 */
export type Provider = {
  methods: readonly PayMethod[];
  begin(payment: PaymentToBegin, webhookUrl: string): Promise<Begun>;
  query(payment: PaymentRef): Promise<ProviderPayment>;
  /** Makes sure that nobody can pay it any more. Returns how it ended: it may have been paid before. */
  close(payment: PaymentRef): Promise<ProviderPayment>;
  refund(refund: RefundToSend): Promise<ProviderRefund>;
  queryRefund(refund: RefundToSend): Promise<ProviderRefund>;
  /** Verifies and reads a webhook. Null if it is not the provider's: forged, too old or malformed. */
  readWebhook(raw: RawWebhook): Promise<Webhook | null>;
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
