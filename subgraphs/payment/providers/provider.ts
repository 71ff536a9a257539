import type { PayInstructions, PayMethod } from '../domain/payment.ts';

/** The provider did not answer in time, or said that it can't now. Whether it did what was asked is unknown: ask again. */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable';
}

/** The provider answered no, for good. */
export class ProviderRefused extends Error {
  override name = 'ProviderRefused';
}

/** What a provider is told of a payment that is to begin. */
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

/** How a payment has begun: by what name the provider knows it, where it has one, and what the client needs to pay. */
export type Begun = { providerRef?: string; instructions: PayInstructions };

/** What a provider says of a payment. `UNKNOWN`: it has never heard of it. */
export type ProviderPayment =
  | { state: 'WAIT' | 'FAILED' | 'CLOSED' | 'UNKNOWN' }
  | { state: 'SUCCESS'; amount: number; currency: string; paidAt: Date; providerRef?: string };

/** A refund that the provider is asked for, as often as need be: `sn` makes it one. */
export type RefundToSend = {
  sn: string;
  payment: PaymentRef & { amount: number; currency: string };
  amount: number;
  reason: string;
};

/** What a provider says of a refund. */
export type ProviderRefund = { state: 'WAIT' | 'SUCCESS' | 'FAILED' | 'UNKNOWN' };

/** A notification whose signature is the provider's. */
export type Notification =
  | { about: 'payment'; sn: string; payment: ProviderPayment }
  | { about: 'refund'; sn: string; amount: number; currency: string; refund: ProviderRefund }
  /** Something that we don't follow. */
  | { about: 'nothing' };

/** What a notification came with. */
export type RawNotification = { headers: Record<string, string | undefined>; body: Buffer };

/**
 * A payment provider. Everything it is asked may be asked again and changes nothing the second time.
 * Every method throws ProviderUnavailable when the outcome is unknown, and ProviderRefused when the answer is no for good.
 */
export type Provider = {
  methods: readonly PayMethod[];
  begin(payment: PaymentToBegin, notifyUrl: string): Promise<Begun>;
  query(payment: PaymentRef): Promise<ProviderPayment>;
  /** Makes sure that it can't be paid from now on, and says how it ended: it may have been paid before. */
  close(payment: PaymentRef): Promise<ProviderPayment>;
  refund(refund: RefundToSend): Promise<ProviderRefund>;
  queryRefund(refund: RefundToSend): Promise<ProviderRefund>;
  /** Reads a notification; undefined where it is not the provider's (forged, too old, malformed). */
  readNotification(raw: RawNotification): Promise<Notification | undefined>;
  /** Ends what it holds open. */
  stop(): Promise<void>;
};

/** The providers of one system, by the name that is in their notifications' address. */
export type Providers = Record<string, Provider>;

/** The provider of a method; undefined where it is not offered. */
export const providerOf = (
  providers: Providers,
  method: PayMethod,
): (Provider & { name: string }) | undefined => {
  const entry = Object.entries(providers).find(([, provider]) => provider.methods.includes(method));
  return entry && { name: entry[0], ...entry[1] };
};
