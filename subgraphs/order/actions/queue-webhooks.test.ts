import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { WebhookMessage } from '../domain/webhook-message.ts';
import { queueMissedWebhooks, queueWebhooks } from './queue-webhooks.ts';

const day = 86_400_000;
const at = (ms: number) => new Date(sampleNow.getTime() + ms);
const webhook = (id: string, given: Partial<Webhook> = {}): Webhook => ({
  ...{ id, url: 'https://pms.example/orders', active: true, secret: 'whsec_new' },
  ...{ shop: { id: 'lake-shop', hostId: 'host-lake' }, createdAt: sampleNow },
  ...given,
});

/** A service with these webhooks and orders, and what is done for them, in order. */
function world(webhooks: Webhook[], orders: Order[]) {
  const done: unknown[][] = [];
  const needs = inNextTurn({
    now: async () => sampleNow,
    ordersBySn: async (sns: readonly string[]) => orders.filter(({ sn }) => sns.includes(sn)),
    webhooksToldOf: async (shopIds: readonly string[]) => {
      done.push(['shops', ...shopIds]);
      return webhooks;
    },
    allWebhooks: async () => webhooks,
    changedSince: async (which: object, after: string, limit: number) => {
      done.push(['look', which, after, limit]);
      return orders.filter(({ sn }) => sn > after).slice(0, limit);
    },
    addMessages: async (messages: readonly WebhookMessage[]) => {
      await nextTurn();
      done.push(['add', ...messages.map(({ id }) => id)]);
    },
    wakeWebhook: async (...woken: unknown[]) => void done.push(['wake', ...woken]),
  });
  const only = (kind: string) => done.filter(([what]) => what === kind);
  return { needs, done, only };
}

test('what a webhook is told is kept before it is woken; one that is told nothing sleeps', async () => {
  const [a, b] = [sampleOrder(), sampleOrder()];
  const ofOther = webhook('other', { shop: { id: 'other-shop', hostId: 'host-lake' } });
  const { needs, done } = world([ofOther, webhook('w')], [a, b, sampleOrder()]);
  await queueWebhooks(needs, [a.sn, b.sn]);
  expect(done).toEqual([
    ['shops', 'lake-shop'],
    ['add', `w:${a.sn}:1`, `w:${b.sn}:1`],
    ['wake', 'w', sampleNow],
  ]);
});

test('what was missed is looked for since a webhook was registered, 30 days back at most', async () => {
  const young = webhook('young', { createdAt: at(-day) });
  const old = webhook('old', { createdAt: at(-31 * day), shop: null });
  const { needs, only } = world([young, old], []);
  await queueMissedWebhooks(needs);
  expect(only('look')).toStrictEqual([
    ['look', { hostId: 'host-lake', since: at(-day) }, '', 200],
    ['look', { hostId: null, since: at(-30 * day) }, '', 200],
  ]);
});

test('what was missed is kept page by page, and the webhook is woken', async () => {
  const orders = Array.from({ length: 200 }, () => sampleOrder());
  const { needs, done, only } = world([webhook('w')], orders);
  await queueMissedWebhooks(needs);
  expect(done.map(([what]) => what)).toEqual(['look', 'add', 'wake', 'look']);
  expect(only('look').map(([, , after]) => after)).toEqual(['', orders.at(-1)?.sn]);
});

test('the last page of what was missed is kept when the work ends', async () => {
  const order = sampleOrder();
  const { needs, done } = world([webhook('w')], [order]);
  await queueMissedWebhooks(needs);
  expect(done.slice(1)).toEqual([
    ['add', `w:${order.sn}:1`],
    ['wake', 'w', sampleNow],
  ]);
});
