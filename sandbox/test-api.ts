import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { readBody } from '../runtime/request-body.ts';
import { pathOf } from '../runtime/request-target.ts';
import { type Answer, maxBodyBytes, ok, type Sandbox } from './api.ts';
import { behaviour, deliveryPlan } from './behaviour.ts';

const outcome = z.object({
  outcome: z.enum(['pay', 'fail']).default('pay'),
  /** What is paid instead of what was asked for. */
  amount: z.int().positive().optional(),
  currency: z.string().length(3).optional(),
  ...deliveryPlan.shape,
});
const notified = z.object({
  state: z.enum(['FAILED', 'CLOSED']).optional(),
  ...deliveryPlan.shape,
});
const byProvider = z.object({ amount: z.int().positive(), ...deliveryPlan.shape });
const stateOf = { pay: 'SUCCESS', fail: 'FAILED' } as const;

/**
 * What tests and demos ask: a person's part, and trouble of all kinds. Nothing is real, so nothing
 * is protected.
 */
export async function testApi(sandbox: Sandbox, request: IncomingMessage): Promise<Answer> {
  const body = await readBody(request, maxBodyBytes);
  const input = body.length > 0 ? JSON.parse(body.toString()) : {};
  const [, , kind, sn = '', action = ''] = pathOf(request).split('/');
  if (kind === 'behaviour') {
    Object.assign(sandbox.behaves, behaviour.parse(input));
    return ok(sandbox.behaves);
  }
  if (kind === 'refunds') {
    const { outcome: wanted, ...plan } = outcome.parse(input);
    const settled = await sandbox.store.refunds.settle(sn, stateOf[wanted], plan);
    return settled && ok(settled);
  }
  return kind === 'payments' ? paymentApi(sandbox, sn, action, input) : null;
}

async function paymentApi(
  { store: { payments, refunds } }: Sandbox,
  sn: string,
  action: string,
  input: unknown,
): Promise<Answer> {
  const payment = await payments.find(sn);
  if (!payment) return null;
  if (action === 'settle') {
    const { outcome: wanted, amount, currency, ...plan } = outcome.parse(input);
    const settled = await payments.settle(sn, { state: stateOf[wanted], amount, currency }, plan);
    return settled ? ok(settled) : conflict(`the payment is ${payment.state}, or expired`);
  }
  if (action === 'refund') {
    const { amount, ...plan } = byProvider.parse(input);
    const refund = await refunds.refundByProvider(sn, amount, plan);
    return refund ? ok(refund) : conflict('more than is left');
  }
  if (action === 'notify') {
    const { state, ...plan } = notified.parse(input);
    await payments.notify(state ? { ...payment, state } : payment, plan);
  }
  return ok(payment);
}

const conflict = (error: string): Answer => ({ status: 409, content: { error } });
