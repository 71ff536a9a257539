import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { type Served, serve } from '../../testing/serve.ts';
import { type WebhookRouteNeeds, webhookRoute } from './webhook-route.ts';

const levels: number[] = [];
let served: Served;
beforeAll(async () => {
  const write = (line: string) => void levels.push(JSON.parse(line).level);
  const needs: Partial<WebhookRouteNeeds> = {
    providers: { strict: { readWebhook: async () => null } as never },
    countWebhook() {},
    log: createLog('test', 'debug', { write }),
  };
  const route = webhookRoute(needs as WebhookRouteNeeds);
  served = await serve((request, response) => route(request, response));
});
afterAll(() => served.stop());

const warn = 40;
test.each([
  ['is refused', '{"forged":true}', 401],
  ['is too large', 'x'.repeat(200_000), 413],
])('a webhook that %s is told of, and is no fault of ours', async (_what, body, status) => {
  levels.length = 0;
  const answer = await fetch(`${served.url}/notifications/strict`, { method: 'POST', body });
  expect([answer.status, levels]).toEqual([status, [warn]]);
});

test.each(['__proto__', 'constructor', 'other'])('there is no provider %s', async (name) => {
  const { status } = await fetch(`${served.url}/notifications/${name}`, { method: 'POST' });
  expect(status).toBe(404);
});
