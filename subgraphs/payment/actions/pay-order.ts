import { addLogFields } from '../../../runtime/log.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import { newPayment, type OrderToPay, type PayBy, type Payment } from '../domain/payment.ts';
import { type PaymentRefused, paymentRefused, whyNotPayable } from '../domain/refusals.ts';
import {
  type Begun,
  type Provider,
  ProviderRefused,
  ProviderUnavailable,
  providerOf,
} from '../providers/provider.ts';
import { closeAttempt } from './close-attempt.ts';
import type { Needs } from './needs.ts';

export type PayOrderInput = PayBy & { orderSn: string; userId: string };

/** Starts paying an order, or goes on with the payment that was started before. */
export async function payOrder(
  needs: Needs,
  input: PayOrderInput,
): Promise<Payment | PaymentRefused> {
  const provider = providerOf(needs.providers, input.method);
  if (!provider) return paymentRefused('METHOD_NOT_OFFERED');
  addLogFields({ orderSn: input.orderSn });
  if (input.method === 'WECHAT_JSAPI' && !input.payerId) return paymentRefused('PAYER_UNKNOWN');
  const order = await needs.orders.toPay(input.orderSn);
  const refusal = whyNotPayable(order, input.userId);
  if (refusal) return refusal;
  try {
    const payment = await liveAttempt(needs, order as OrderToPay, input);
    return payment.state === 'WAIT' && !payment.instructions
      ? await begin(needs, provider, payment)
      : payment;
  } catch (error) {
    if (!(error instanceof ProviderUnavailable || error instanceof ProviderRefused)) throw error;
    needs.log.warn({ err: error, orderSn: input.orderSn }, 'a payment could not be begun');
    return paymentRefused('PROVIDER_UNAVAILABLE');
  }
}

/** The order's one live attempt: the one there is, or a new one. One by another method is closed first. */
async function liveAttempt(
  needs: Needs,
  order: OrderToPay,
  input: PayOrderInput,
): Promise<Payment> {
  const { method } = input;
  for (;;) {
    const live = await needs.payments.findLive(order.sn);
    if (live?.state === 'WAIT' && live.method !== method) {
      await closeAttempt(needs, live);
      const now = await needs.payments.find(live.sn);
      // Neither closed nor paid: the provider has not made up its mind, and two attempts must not be open at once.
      if (now?.state === 'WAIT')
        throw new ProviderUnavailable(`payment ${live.sn} can not be closed yet`);
      continue;
    }
    if (live) return live;
    const now = await needs.now();
    const payment = newPayment(order, input, serialNumber('PMT', now), now);
    if ((await needs.payments.insert(payment)) === 'inserted') {
      await needs.step('payment stored');
      return payment;
    }
  }
}

async function begin(
  needs: Needs,
  provider: Provider & { name: string },
  payment: Payment,
): Promise<Payment | PaymentRefused> {
  let begun: Begun;
  try {
    begun = await provider.begin(payment, needs.notifyUrl(provider.name));
    await needs.step('payment begun at the provider');
    const saved = await needs.payments.saveInstructions(payment.sn, begun);
    if (saved) return saved;
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    needs.log.error({ err: error, sn: payment.sn }, 'the provider refuses a payment');
    // It may have been begun before, and even paid: how it stands there is what counts.
    await closeAttempt(needs, payment);
    return paymentRefused('PROVIDER_UNAVAILABLE');
  }
  // The order was closed meanwhile and the attempt with it, perhaps before the provider knew of it: now it does.
  await closeAttempt(needs, { ...payment, ...begun });
  return paymentRefused('ORDER_NOT_PAYABLE');
}
