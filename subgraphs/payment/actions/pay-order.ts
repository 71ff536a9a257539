import { failpoint } from '../../../runtime/failpoint.ts';
import { addLogFields } from '../../../runtime/log.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import { type PayRefused, payRefused, whyNotPayable } from '../domain/pay-refusal.ts';
import {
  isOver,
  type Money,
  newPayment,
  type OrderAnswer,
  type OrderToPay,
  type PayBy,
  type PayMethod,
  type Payment,
} from '../domain/payment.ts';
import {
  type Begun,
  type NamedProvider,
  ProviderRefused,
  ProviderUnavailable,
  providerOf,
  takes,
} from '../domain/provider.ts';
import { type CloseOrThrowNeeds, closeAttempt, closeOrThrow } from './close-attempt.ts';
import type { OrderAttempt } from './close-attempts.ts';

export type PayOrderNeeds = CloseOrThrowNeeds & {
  now(): Promise<Date>;
  orderToPay(sn: string): Promise<OrderToPay | null>;
  livePayment(orderSn: string): Promise<Payment | null>;
  paymentsOfOrders(orderSns: readonly string[]): Promise<Payment[]>;
  holdOrderForPayment(attempt: OrderAttempt): Promise<OrderAnswer>;
  releaseOrderFromPayment(attempt: OrderAttempt): Promise<void>;
  insertPayment(payment: Payment): Promise<'inserted' | 'live payment exists' | 'sn taken'>;
  /** Null if the payment has ended meanwhile. */
  saveInstructions(sn: string, begun: Begun): Promise<Payment | null>;
  /** Where a provider's webhooks reach us. */
  webhookUrl(provider: string): string;
  /** The origins that a provider's page may send a traveller back to. */
  returnOrigins: readonly string[];
};

export type PayOrderInput = PayBy & { orderSn: string; userId: string };

/** Begins a payment of an order, or returns the one that was begun before. */
export async function payOrder(
  needs: PayOrderNeeds,
  input: PayOrderInput,
): Promise<Payment | PayRefused> {
  const { orderSn, method, payerId, returnUrl, userId } = input;
  addLogFields({ orderSn });
  const provider = providerOf(needs.providers, method);
  if (!provider) return payRefused('METHOD_NOT_OFFERED');
  if (!isPayer(method, payerId)) return payRefused('PAYER_UNKNOWN');
  if (returnUrl && !isAllowed(returnUrl, needs.returnOrigins))
    return payRefused('RETURN_URL_INVALID');
  const order = await needs.orderToPay(orderSn);
  const refusal = whyNotPayable(order, userId);
  if (!order || refusal) return payRefused(refusal ?? 'ORDER_UNKNOWN');
  if (!takes(provider, order.total)) return amountNotOffered(provider, order.total);
  return startPaying(needs, provider, order, input);
}

/** A method that does not take the currency has no limits in it. */
function amountNotOffered({ limits }: NamedProvider, { currency }: Money): PayRefused {
  const allowed = limits(currency);
  if (!allowed) return payRefused('AMOUNT_NOT_OFFERED');
  const { smallest: min, largest: max } = allowed;
  return payRefused('AMOUNT_NOT_OFFERED', undefined, { limits: { min, max, currency } });
}

/** The longest `openid` that WeChat Pay takes. */
const maxPayerLength = 128;
const isPayer = (method: PayMethod, payerId = ''): boolean =>
  payerId.length <= maxPayerLength && (payerId !== '' || method !== 'WECHAT_JSAPI');

const maxUrlLength = 2_000;
const isAllowed = (url: string, origins: readonly string[]): boolean =>
  url.length <= maxUrlLength &&
  // That of another scheme, such as `blob:`, has the origin of an address within it.
  /^https?:/i.test(url) &&
  URL.canParse(url) &&
  origins.includes(new URL(url).origin);

async function startPaying(
  needs: PayOrderNeeds,
  provider: NamedProvider,
  order: OrderToPay,
  input: PayOrderInput,
): Promise<Payment | PayRefused> {
  try {
    const payment = await liveAttempt(needs, order, input);
    if (payment.state !== 'WAIT' || payment.instructions) return payment;
    if (await holdOrder(needs, payment)) return await begin(needs, provider, payment);
    await closeAttempt(needs, payment);
    await needs.releaseOrderFromPayment({ orderSn: order.sn, paymentSn: payment.sn });
    return payRefused('ORDER_NOT_PAYABLE');
  } catch (error) {
    if (!(error instanceof ProviderUnavailable || error instanceof ProviderRefused)) throw error;
    needs.log.warn({ err: error, orderSn: order.sn }, 'a payment could not be begun');
    return payRefused('PROVIDER_UNAVAILABLE');
  }
}

/**
 * The order's one live attempt: the one there is, or a new one. One by another method or payer is
 * closed first.
 */
async function liveAttempt(
  needs: PayOrderNeeds,
  order: OrderToPay,
  input: PayOrderInput,
): Promise<Payment> {
  for (;;) {
    const live = await needs.livePayment(order.sn);
    if (live?.state === 'WAIT' && !isFor(live, input)) {
      // Two attempts must not be open at once.
      await closeOrThrow(needs, live);
      continue;
    }
    if (live) return live;
    const now = await needs.now();
    const payment = newPayment(order, input, serialNumber('PMT', now), now);
    if ((await needs.insertPayment(payment)) === 'inserted') {
      await failpoint('payment stored');
      return payment;
    }
  }
}

/** Only the payer that WeChat was told can pay by a prepared JSAPI payment. */
const isFor = (live: Payment, { method, payerId }: PayOrderInput): boolean =>
  live.method === method && (method !== 'WECHAT_JSAPI' || live.payerId === payerId);

/**
 * Before anything is asked of the provider: from now on the order does not close before this
 * attempt has ended. Earlier attempts that have ended may still hold it.
 */
async function holdOrder(needs: PayOrderNeeds, { sn, orderSn }: Payment): Promise<boolean> {
  const hold = () => needs.holdOrderForPayment({ orderSn, paymentSn: sn });
  if ((await hold()) === 'ACCEPTED') return true;
  const earlier = (await needs.paymentsOfOrders([orderSn])).filter(isOver);
  for (const ended of earlier)
    await needs.releaseOrderFromPayment({ orderSn, paymentSn: ended.sn });
  return earlier.length > 0 && (await hold()) === 'ACCEPTED';
}

async function begin(
  needs: PayOrderNeeds,
  provider: NamedProvider,
  payment: Payment,
): Promise<Payment | PayRefused> {
  let begun: Begun;
  try {
    begun = await provider.begin(payment, needs.webhookUrl(provider.name));
    await failpoint('payment begun at the provider');
    const saved = await needs.saveInstructions(payment.sn, begun);
    if (saved) return saved;
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    needs.log.error({ err: error, sn: payment.sn }, 'the provider refuses a payment');
    // The payment may have been begun before, and even paid: the provider's state of it counts.
    await closeAttempt(needs, payment);
    const ended = await needs.payment(payment.sn);
    return ended?.paidAt ? ended : payRefused('PROVIDER_REFUSED');
  }
  // The attempt was closed meanwhile with its order, perhaps before the provider knew it. Now the
  // provider does.
  await closeAttempt(needs, { ...payment, ...begun });
  return payRefused('ORDER_NOT_PAYABLE');
}
