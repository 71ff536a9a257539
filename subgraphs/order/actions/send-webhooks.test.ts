import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Outcome, Webhook } from '../domain/webhook.ts';
import type { WebhookMessage } from '../domain/webhook-message.ts';
import { type SendWebhooksNeeds, sendOrderWebhooks, sendToWebhook } from './send-webhooks.ts';

const at = (ms: number) => new Date(sampleNow.getTime() + ms);
const order = sampleOrder();
const arrived: Outcome = { arrived: true };
const failed: Outcome = { arrived: false, why: 'the address answered 500', gone: false };
const webhook: Webhook = {
  id: 'w',
  url: 'https://pms.example/orders',
  shop: null,
  createdAt: sampleNow,
  active: true,
  secret: 'whsec_new',
};
const message = (sequence: number, orderSn = order.sn): WebhookMessage => ({
  ...{ id: `w:${orderSn}:${sequence}`, webhookId: 'w', orderSn, sequence },
  ...{ changedAt: sampleNow, state: 'WAITING', tries: 0, nextTryAt: sampleNow },
});

type World = {
  batches: WebhookMessage[][];
  outcome?: Outcome;
  /** How long it takes to send a message. */
  sendMs?: number;
  /** As it is taken; null: another process sends to it. */
  taken?: Webhook | null;
};

/** A webhook with batches of messages that are due, and what is done with them, in order. */
function world({ batches, outcome = arrived, sendMs = 10, taken = webhook }: World) {
  const done: unknown[][] = [];
  const background = new Map<string, () => Promise<unknown>>();
  let passed = 0;
  const needs: SendWebhooksNeeds = inNextTurn({
    now: async () => at(passed),
    order: async (sn: string) => (sn === order.sn ? order : null),
    takeWebhook: async (id: string, now: Date, until: Date) => {
      done.push(['take', id, now, until]);
      return taken && { webhook: taken, wakes: 3, restUntil: sampleNow };
    },
    giveBackWebhook: async (...given: unknown[]) => void done.push(['give back', ...given]),
    nextMessages: async (id: string, now: Date, limit: number) => {
      done.push(['look', id, now, limit]);
      const batch = batches.shift();
      if (!batch) throw new Error('a look too many');
      return batch;
    },
    nextDueAt: async (id: string) => (id === webhook.id ? at(7_000) : null),
    noteTry: async ({ id }: WebhookMessage, after: Partial<WebhookMessage>) => {
      // Longer than all that follows it.
      for (let turns = 0; turns < 9; turns += 1) await nextTurn();
      done.push(['note', id, after]);
    },
    post: async (...sent: [Webhook, WebhookMessage, unknown, Date]) => {
      passed += sendMs;
      done.push(['post', ...sent]);
      return outcome;
    },
    countOutcome: (counted: Outcome) => void done.push(['count', counted]),
    webhooksToSend: async (...look: unknown[]) => {
      done.push(['due', ...look]);
      return ['w', 'v'];
    },
    inBackground: (key: string, work: () => Promise<unknown>) => void background.set(key, work),
  });
  const only = (kind: string) => done.filter(([what]) => what === kind);
  return { needs, done, only, background };
}

test('each webhook that is due is sent to in the background', async () => {
  const { needs, done, background } = world({ batches: [], taken: null });
  expect(await sendOrderWebhooks(needs)).toBe(2);
  expect(done.splice(0)).toEqual([['due', sampleNow, 50]]);
  for (const work of background.values()) await work();
  expect(done.map(([what, id]) => [what, id])).toEqual([
    ['take', 'w'],
    ['take', 'v'],
  ]);
});

test('a message is sent and noted before the webhook is given back', async () => {
  const [only] = [message(1)];
  const { needs, done } = world({ batches: [[only], []] });
  await sendToWebhook(needs, 'w');
  expect(done).toStrictEqual([
    ['take', 'w', sampleNow, at(60_000)],
    ['look', 'w', sampleNow, 4],
    ['post', webhook, only, order, sampleNow],
    ['count', arrived],
    ['note', only.id, { state: 'ARRIVED', tries: 1, nextTryAt: at(10) }],
    ['look', 'w', at(10), 4],
    [
      'give back',
      { webhook, wakes: 3, restUntil: sampleNow },
      { active: true, restUntil: at(10) },
      at(7_000),
    ],
  ]);
});

test('a webhook that another process sends to is left alone', async () => {
  const { needs, done } = world({ batches: [], taken: null });
  await sendToWebhook(needs, 'w');
  expect(done.map(([what]) => what)).toEqual(['take']);
});

test('a webhook that fails rests after its batch, and what is due stays', async () => {
  const { needs, only } = world({ batches: [[message(1)], [message(2)]], outcome: failed });
  await sendToWebhook(needs, 'w');
  expect(only('look')).toHaveLength(1);
  const failing = { since: at(10), times: 1, why: failed.why };
  const [[, , after]] = only('give back') as [unknown[]];
  expect(after).toEqual({ active: true, failing, restUntil: at(1_010) });
});

test('a webhook that has failed is tried once more, and goes on when that arrives', async () => {
  const failing = { since: at(-1_000), times: 1, why: failed.why };
  const batches = [[message(1)], [message(2)], []];
  const { needs, only } = world({ batches, taken: { ...webhook, failing } });
  await sendToWebhook(needs, 'w');
  expect(only('post')).toHaveLength(2);
});

test('a webhook that is turned off is not sent a second batch', async () => {
  const batches = [[message(1)], [message(2)]];
  const { needs, only } = world({ batches, taken: { ...webhook, active: false } });
  await sendToWebhook(needs, 'w');
  expect(only('post')).toHaveLength(1);
});

test.each([
  [30_000, 2],
  [30_001, 1],
])('after %i ms of sending there are %i batches', async (sendMs, count) => {
  const { needs, only } = world({ batches: [[message(1)], [message(2)]], sendMs });
  await sendToWebhook(needs, 'w');
  expect(only('post')).toHaveLength(count);
});

test('of an order that is gone nothing is sent, and its message has arrived', async () => {
  const { needs, only } = world({ batches: [[message(1, 'HSO0')], []] });
  await sendToWebhook(needs, 'w');
  expect(only('post')).toEqual([]);
  expect(only('note')).toEqual([
    ['note', 'w:HSO0:1', { state: 'ARRIVED', tries: 1, nextTryAt: sampleNow }],
  ]);
});
