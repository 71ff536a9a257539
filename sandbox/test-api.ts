import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { pathOf, readBody } from '../runtime/http-server.ts';
import { type Answer, behaviour, maxBodyBytes, ok, plan, type World } from './world.ts';

const outcome = z.object({ outcome: z.enum(['pay', 'fail']).default('pay'), ...plan.shape });

/** What tests and demos ask: a person's part, and trouble of all kinds. Nothing here is real, so nothing is guarded. */
export async function testApi(world: World, request: IncomingMessage): Promise<Answer> {
  const body = await readBody(request, maxBodyBytes);
  const input = body.length > 0 ? JSON.parse(body.toString()) : {};
  const [, , kind, sn = '', action] = pathOf(request).split('/');
  if (kind === 'behaviour') {
    Object.assign(world.behaves, behaviour.parse(input));
    return ok(world.behaves);
  }
  if (kind === 'refunds') {
    const { outcome: wanted, ...delivery } = outcome.parse(input);
    const settled = await world.store.settleRefund(
      sn,
      wanted === 'pay' ? 'SUCCESS' : 'FAILED',
      delivery,
    );
    return settled && ok(settled);
  }
  const payment = kind === 'payments' ? await world.store.find(sn) : null;
  if (!payment) return undefined;
  if (action === 'settle') {
    const { outcome: wanted, ...delivery } = outcome.parse(input);
    const settled = await world.store.settle(sn, wanted === 'pay' ? 'SUCCESS' : 'FAILED', delivery);
    return settled
      ? ok(settled)
      : { status: 409, content: { error: `the payment is ${payment.state}, or expired` } };
  }
  if (action === 'notify') {
    const { state, ...delivery } = z
      .object({ state: z.enum(['FAILED', 'CLOSED']).optional(), ...plan.shape })
      .parse(input);
    await world.store.notify(state ? { ...payment, state } : payment, delivery);
  }
  return ok(payment);
}
