import type { IncomingMessage } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { z } from 'zod';
import { pathOf, readBody } from '../runtime/http-server.ts';
import { isSigned } from '../subgraphs/payment/providers/sandbox/signature.ts';
import { paymentView } from './store.ts';
import { type Answer, maxBodyBytes, ok, type World } from './world.ts';

const newPayment = z.object({
  sn: z.string().min(1),
  amount: z.int().positive(),
  currency: z.string().length(3),
  description: z.string(),
  payBefore: z.coerce.date(),
  notifyUrl: z.url(),
});
const newRefund = z.object({
  sn: z.string().min(1),
  paymentSn: z.string(),
  amount: z.int().positive(),
});

/** What the merchant asks: begin, query, close, refund. Signed, and asked twice it changes nothing. */
export async function merchantApi(
  { store, behaves, secret, publicUrl }: World,
  request: IncomingMessage,
): Promise<Answer> {
  const body = await readBody(request, maxBodyBytes);
  if (behaves.answerAfterMs > 0) await after(behaves.answerAfterMs);
  if (behaves.down) return { status: 503, content: { error: 'out of order' } };
  if (!isSigned(secret, request.headers, body, await store.now()))
    return { status: 401, content: { error: 'forged' } };
  const [, , kind, sn = '', action] = pathOf(request).split('/');
  const urlOf = (key: string) => `${publicUrl ?? `http://${request.headers.host}`}/pay/${key}`;
  if (kind === 'payments' && request.method === 'POST' && !sn) {
    const {
      sn: _id,
      payBefore: expiresAt,
      ...rest
    } = newPayment.parse(JSON.parse(body.toString()));
    const begun = await store.begin({ _id, expiresAt, ...rest });
    return ok(paymentView(begun, urlOf(begun.key)));
  }
  if (kind === 'payments') {
    const payment = action === 'close' ? await store.close(sn) : await store.find(sn);
    return payment ? ok(paymentView(payment, urlOf(payment.key))) : undefined;
  }
  if (kind === 'refunds' && request.method === 'POST') {
    const { sn: _id, paymentSn, amount } = newRefund.parse(JSON.parse(body.toString()));
    const refund = await store.refund(
      { _id, paymentSn, amount, state: behaves.refundsWait ? 'WAIT' : 'SUCCESS' },
      behaves.refunds,
    );
    return refund
      ? ok({ state: refund.state })
      : { status: 422, content: { error: 'more than is left' } };
  }
  const refund = kind === 'refunds' ? await store.findRefund(sn) : null;
  return refund ? ok({ state: refund.state }) : undefined;
}
