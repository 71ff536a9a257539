import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readBody } from '../runtime/request-body.ts';
import { pathOf } from '../runtime/request-target.ts';
import { isSigned } from '../runtime/sandbox-signature.ts';
import { type Answer, maxBodyBytes, ok, type Sandbox } from './api.ts';
import { paymentView, type SandboxPayment } from './payments.ts';
import { refundView } from './refunds.ts';

const newPayment = z.object({
  sn: z.string().min(1),
  amount: z.int().positive(),
  currency: z.string().length(3),
  description: z.string(),
  payBefore: z.coerce.date(),
  notifyUrl: z.url(),
  returnUrl: z.url({ protocol: /^https?$/ }).optional(),
});
const newRefund = z.object({
  sn: z.string().min(1),
  paymentSn: z.string(),
  amount: z.int().positive(),
});
const listing = z.object({ since: z.coerce.date(), after: z.string().default('') });
const ofPayment = z.object({ paymentSn: z.string(), after: z.string().default('') });

/** A request of the merchant: `/v1/{payments or refunds}/{sn}/{action}`. */
type Request = {
  post: boolean;
  sn: string;
  action: string;
  body: Buffer;
  query: URLSearchParams;
  /** Where a person pays. */
  payUrl(payment: SandboxPayment): string;
};

/**
 * What the merchant asks: begin, query, close, refund, list. Requests are signed and idempotent.
 */
export async function merchantApi(sandbox: Sandbox, request: IncomingMessage): Promise<Answer> {
  const { store, behaves, secrets, publicUrl } = sandbox;
  const body = await readBody(request, maxBodyBytes);
  if (behaves.answerAfterMs > 0) await delay(behaves.answerAfterMs);
  const status = behaves.down ? 503 : behaves.failNext.shift();
  if (status) return { status, content: { error: 'out of order' } };
  if (!isSigned(secrets, request.headers, body, await store.now()))
    return { status: 401, content: { error: 'forged' } };
  const [, , kind, sn = '', action = ''] = pathOf(request).split('/');
  const query = new URL(request.url ?? '/', 'http://sandbox').searchParams;
  const payUrl = ({ key }: SandboxPayment) =>
    `${publicUrl ?? `http://${request.headers.host}`}/pay/${key}`;
  const asked = { post: request.method === 'POST', sn, action, body, query, payUrl };
  if (kind === 'payments') return paymentApi(sandbox, asked);
  return kind === 'refunds' ? refundApi(sandbox, asked) : null;
}

async function paymentApi({ store: { payments } }: Sandbox, request: Request): Promise<Answer> {
  const { post, sn, action, body, query, payUrl } = request;
  const view = (payment: SandboxPayment) => paymentView(payment, payUrl(payment));
  if (post && !sn) {
    const { sn: _id, payBefore: expiresAt, ...rest } = newPayment.parse(jsonOf(body));
    return ok(view(await payments.begin({ _id, expiresAt, ...rest })));
  }
  if (!sn) {
    const { since, after } = listing.parse(Object.fromEntries(query));
    return ok({ payments: (await payments.since(since, after)).map(view) });
  }
  const payment = action === 'close' ? await payments.close(sn) : await payments.find(sn);
  return payment && ok(view(payment));
}

async function refundApi({ store, behaves }: Sandbox, request: Request): Promise<Answer> {
  const { post, sn, body, query } = request;
  const { refunds } = store;
  if (post) {
    const { sn: _id, paymentSn, amount } = newRefund.parse(jsonOf(body));
    const state = behaves.refundsWait ? 'WAIT' : 'SUCCESS';
    const refund = await refunds.refund({ _id, paymentSn, amount, state }, behaves.refunds);
    return refund
      ? ok(refundView(refund))
      : { status: 422, content: { error: 'more than is left' } };
  }
  if (!sn) return ok({ refunds: (await refundsWanted(refunds, query)).map(refundView) });
  const refund = await refunds.find(sn);
  return refund && ok(refundView(refund));
}

/** The refunds of one payment, or those since an instant. */
function refundsWanted(refunds: Sandbox['store']['refunds'], query: URLSearchParams) {
  const asked = Object.fromEntries(query);
  if (query.has('paymentSn')) {
    const { paymentSn, after } = ofPayment.parse(asked);
    return refunds.ofPayment(paymentSn, after);
  }
  const { since, after } = listing.parse(asked);
  return refunds.since(since, after);
}

const jsonOf = (body: Buffer): unknown => JSON.parse(body.toString());
