import type { IncomingMessage, ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { z } from 'zod';
import {
  type HttpServer,
  pathOf,
  readBody,
  sendJson,
  startHttpServer,
} from '../runtime/http-server.ts';
import { starting } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import { openDatabase } from '../runtime/mongo.ts';
import { defineService } from '../runtime/service-process.ts';
import { deliverNotifications } from './deliver.ts';
import { merchantApi } from './merchant-api.ts';
import { payPage } from './page.ts';
import { type SandboxSettings, sandboxSettings } from './settings.ts';
import { openSandboxStore, promptly } from './store.ts';
import { testApi } from './test-api.ts';
import { type Answer, behaviour, maxBodyBytes, type World } from './world.ts';

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
        '/pay/': (request, response) =>
          answering(log, response, () => page(world, request, response)),
      },
    });
    stack.add(http.stop);
    return http;
  });

/** Where a person pays. */
async function page(
  { store }: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer> {
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
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      'cache-control': 'no-store',
    })
    .end(html);
  return undefined;
}

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
    const malformed = error instanceof z.ZodError || error instanceof SyntaxError;
    if (!malformed) log.error({ err: error }, 'the sandbox failed');
    if (!response.headersSent)
      sendJson(response, malformed ? 400 : 500, { error: (error as Error).message });
  }
}

export const service = defineService({
  name: 'sandbox',
  settings: sandboxSettings,
  start: startSandbox,
});
