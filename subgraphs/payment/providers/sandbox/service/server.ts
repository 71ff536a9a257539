import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { type HttpServer, pathOf, readBody, sendJson, startHttpServer } from '../../../../../runtime/http-server.ts';
import { starting } from '../../../../../runtime/lifecycle.ts';
import type { Log } from '../../../../../runtime/log.ts';
import { openDatabase } from '../../../../../runtime/mongo.ts';
import { isSigned } from '../signature.ts';
import { deliverNotifications } from './deliver.ts';
import { payPage } from './page.ts';
import type { SandboxSettings } from './settings.ts';
import { openSandboxStore, paymentView, promptly, type SandboxStore } from './store.ts';

const maxBodyBytes = 100_000;

const newPayment = z.object({
  sn: z.string().min(1),
  amount: z.int().positive(),
  currency: z.string().length(3),
  description: z.string(),
  payBefore: z.coerce.date(),
  notifyUrl: z.url(),
});
const newRefund = z.object({ sn: z.string().min(1), paymentSn: z.string(), amount: z.int().positive() });
const plan = z.object({ times: z.int().min(0).max(10).default(1), delayMs: z.int().min(0).default(0) });
const outcome = z.object({ outcome: z.enum(['pay', 'fail']).default('pay'), ...plan.shape });
const behaviour = z.object({
  /** Answers every call of the merchant with 503. */
  down: z.boolean().default(false),
  /** Waits so long before it answers the merchant. */
  answerAfterMs: z.int().min(0).default(0),
  refunds: plan.default(promptly),
  /** Refunds wait until a test settles them. */
  refundsWait: z.boolean().default(false),
});
export type Behaviour = z.infer<typeof behaviour>;

/** What a route answers with; undefined where there is no such thing. */
type Answer = { status: number; content: object } | undefined;
const ok = (content: object): Answer => ({ status: 200, content });

/** Starts the sandbox: a payment provider of our own, with a page to pay at, signed notifications, and an API for tests. */
export const startSandbox = (settings: SandboxSettings, log: Log): Promise<HttpServer> =>
  starting(async (stack) => {
    const database = await openDatabase(settings.MONGODB_URI, `${settings.DATABASE_PREFIX}sandbox`);
    stack.add(database.stop);
    const store = await openSandboxStore(database);
    stack.add(deliverNotifications(store, settings.SANDBOX_SECRET, log));
    const world = {
      store,
      behaves: behaviour.parse({}),
      log,
      secret: settings.SANDBOX_SECRET,
      publicUrl: settings.SANDBOX_PUBLIC_URL,
    };
    const http = await startHttpServer({
      host: settings.HOST,
      port: settings.SANDBOX_PORT,
      metrics: new Registry(),
      ready: { database: database.ping },
      routes: {
        '/v1/': (request, response) => answering(log, response, () => merchantApi(world, request)),
        '/test/': (request, response) => answering(log, response, () => testApi(world, request)),
        '/pay/': (request, response) => answering(log, response, () => page(world, request, response)),
      },
    });
    stack.add(http.stop);
    return http;
  });

type World = { store: SandboxStore; behaves: Behaviour; secret: string; publicUrl: string | undefined; log: Log };

/** What the merchant asks: begin, query, close, refund. Signed, and asked twice it changes nothing. */
async function merchantApi({ store, behaves, secret, publicUrl }: World, request: IncomingMessage): Promise<Answer> {
  const body = await readBody(request, maxBodyBytes);
  if (behaves.answerAfterMs > 0) await after(behaves.answerAfterMs);
  if (behaves.down) return { status: 503, content: { error: 'out of order' } };
  if (!isSigned(secret, request.headers, body, await store.now())) return { status: 401, content: { error: 'forged' } };
  const [, , kind, sn = '', action] = pathOf(request).split('/');
  const urlOf = (key: string) => `${publicUrl ?? `http://${request.headers.host}`}/pay/${key}`;
  if (kind === 'payments' && request.method === 'POST' && !sn) {
    const { sn: _id, payBefore: expiresAt, ...rest } = newPayment.parse(JSON.parse(body.toString()));
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
    return refund ? ok({ state: refund.state }) : { status: 422, content: { error: 'more than is left' } };
  }
  const refund = kind === 'refunds' ? await store.findRefund(sn) : null;
  return refund ? ok({ state: refund.state }) : undefined;
}

/** What tests and demos ask: a person's part, and trouble of all kinds. Nothing here is real, so nothing is guarded. */
async function testApi(world: World, request: IncomingMessage): Promise<Answer> {
  const body = await readBody(request, maxBodyBytes);
  const input = body.length > 0 ? JSON.parse(body.toString()) : {};
  const [, , kind, sn = '', action] = pathOf(request).split('/');
  if (kind === 'behaviour') {
    Object.assign(world.behaves, behaviour.parse(input));
    return ok(world.behaves);
  }
  if (kind === 'refunds') {
    const { outcome: wanted, ...delivery } = outcome.parse(input);
    const settled = await world.store.settleRefund(sn, wanted === 'pay' ? 'SUCCESS' : 'FAILED', delivery);
    return settled && ok(settled);
  }
  const payment = kind === 'payments' ? await world.store.find(sn) : null;
  if (!payment) return undefined;
  if (action === 'settle') {
    const { outcome: wanted, ...delivery } = outcome.parse(input);
    const settled = await world.store.settle(sn, wanted === 'pay' ? 'SUCCESS' : 'FAILED', delivery);
    return settled ? ok(settled) : { status: 409, content: { error: `the payment is ${payment.state}, or expired` } };
  }
  if (action === 'notify') {
    const { state, ...delivery } = z
      .object({ state: z.enum(['FAILED', 'CLOSED']).optional(), ...plan.shape })
      .parse(input);
    await world.store.notify(state ? { ...payment, state } : payment, delivery);
  }
  return ok(payment);
}

/** Where a person pays. */
async function page({ store }: World, request: IncomingMessage, response: ServerResponse): Promise<Answer> {
  const key = pathOf(request).slice('/pay/'.length);
  const payment = await store.findByKey(key);
  if (!payment) return undefined;
  if (request.method === 'POST') {
    const form = new URLSearchParams((await readBody(request, maxBodyBytes)).toString());
    await store.settle(payment._id, form.get('outcome') === 'pay' ? 'SUCCESS' : 'FAILED', promptly);
    response.writeHead(303, { location: `/pay/${key}` }).end();
    return undefined;
  }
  const html = payPage(payment, await store.now());
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      'cache-control': 'no-store',
    })
    .end(html);
  return undefined;
}

async function answering(log: Log, response: ServerResponse, answer: () => Promise<Answer>): Promise<void> {
  try {
    const given = await answer();
    if (response.headersSent) return;
    if (given) sendJson(response, given.status, given.content);
    else sendJson(response, 404, { error: 'there is no such thing' });
  } catch (error) {
    const malformed = error instanceof z.ZodError || error instanceof SyntaxError;
    if (!malformed) log.error({ err: error }, 'the sandbox failed');
    if (!response.headersSent) sendJson(response, malformed ? 400 : 500, { error: (error as Error).message });
  }
}
