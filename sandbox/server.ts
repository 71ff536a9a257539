import type { IncomingMessage, ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { type HttpServer, startHttpServer } from '../runtime/http-server.ts';
import { startWithStack } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import { openPort } from '../runtime/open-port.ts';
import { readBody, statusOfBody } from '../runtime/request-body.ts';
import { pathOf } from '../runtime/request-target.ts';
import { sendJson } from '../runtime/send-json.ts';
import { openServiceDatabase } from '../runtime/service-database.ts';
import { defineService } from '../runtime/service-process.ts';
import { type Tracer, traced } from '../runtime/tracing/span.ts';
import { type Answer, maxBodyBytes, type Sandbox } from './api.ts';
import { behaviour, promptly } from './behaviour.ts';
import { deliverWebhooks } from './deliver.ts';
import { merchantApi } from './merchant-api.ts';
import { payPage } from './page.ts';
import { type SandboxSettings, sandboxSettings } from './settings.ts';
import { openSandboxStore, type SandboxStore } from './store.ts';
import { testApi } from './test-api.ts';

/**
 * Starts the sandbox: a payment provider of our own, with a page to pay at, signed webhooks, and an
 * API for tests.
 */
export const startSandbox = (
  settings: SandboxSettings,
  log: Log,
  tracer?: Tracer,
): Promise<HttpServer> =>
  startWithStack(async (stack) => {
    const port = stack.use(await openPort(settings.HOST, settings.SANDBOX_PORT));
    const database = stack.use(await openServiceDatabase('sandbox', settings));
    const store = openSandboxStore(database);
    const { deliveries, now } = store;
    stack.defer(deliverWebhooks({ deliveries, now, secrets: settings.SANDBOX_SECRET, log }));
    const sandbox: Sandbox = {
      store,
      behaves: behaviour.parse({}),
      secrets: settings.SANDBOX_SECRET,
      publicUrl: settings.SANDBOX_PUBLIC_URL,
    };
    const http = stack.use(
      await startHttpServer({
        host: settings.HOST,
        port,
        metrics: new Registry(),
        ready: { database: database.ping },
        routes: {
          '/v1/': (request, response) =>
            traced(
              tracer?.begin(`${request.method} /v1`, { kind: 'server', within: request.headers }),
              () => answering(log, response, () => merchantApi(sandbox, request)),
            ),
          ...(settings.SANDBOX_TEST_API
            ? {
                '/test/': (request: IncomingMessage, response: ServerResponse) =>
                  answering(log, response, () => testApi(sandbox, request)),
              }
            : {}),
          '/pay/': (request, response) =>
            answering(log, response, () => page(sandbox, request, response)),
        },
      }),
    );
    return http;
  });

/** Where a person pays. */
async function page(
  { store }: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer> {
  for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
  const key = pathOf(request).slice('/pay/'.length);
  const payment = await store.payments.findByKey(key);
  if (!payment) return null;
  if (request.method === 'POST') {
    const form = new URLSearchParams((await readBody(request, maxBodyBytes)).toString());
    await act(store, payment._id, form.get('outcome'));
    response.writeHead(303, { location: `/pay/${key}` }).end();
    return null;
  }
  const html = payPage(payment, await store.now());
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  return null;
}

/** Does what a button of the page says. */
async function act(
  { payments, refunds }: SandboxStore,
  sn: string,
  outcome: string | null,
): Promise<void> {
  if (outcome === 'send-back') await refunds.sendBack(sn, promptly);
  else await payments.settle(sn, { state: outcome === 'pay' ? 'SUCCESS' : 'FAILED' }, promptly);
}

const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const statusOfError = (error: unknown): number =>
  error instanceof z.ZodError || error instanceof SyntaxError ? 400 : (statusOfBody(error) ?? 500);

async function answering(
  log: Log,
  response: ServerResponse,
  answer: () => Promise<Answer>,
): Promise<void> {
  try {
    const given = await answer();
    if (response.headersSent) return;
    if (given) sendJson(response, given.status, given.content);
    else sendJson(response, 404, { error: 'there is no such thing' });
  } catch (error) {
    const status = statusOfError(error);
    if (status === 500) log.error({ err: error }, 'the sandbox failed');
    if (statusOfBody(error)) response.setHeader('connection', 'close');
    const message = status === 500 ? 'the sandbox failed' : (error as Error).message;
    if (!response.headersSent) sendJson(response, status, { error: message });
  }
}

export const service = defineService({
  name: 'sandbox',
  settings: sandboxSettings,
  start: startSandbox,
});
