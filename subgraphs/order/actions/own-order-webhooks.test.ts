import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { sampleNow } from '../../../testing/order/sample-order.ts';
import type { Webhook, WebhookShop } from '../domain/webhook.ts';
import {
  enableOrderWebhook,
  messagesGivenUp,
  operatorWebhooks,
  ownWebhook,
  registerOrderWebhook,
  removeOrderWebhook,
  replayOrderWebhook,
  rotateOrderWebhookSecret,
  shopWebhooks,
  waitingMessages,
} from './order-webhooks.ts';

const url = 'https://pms.example/orders';
const host = { userId: 'host-lake', roles: ['host'] };
const operator = { userId: 'olga', roles: ['operator'] };
const inADay = new Date(sampleNow.getTime() + 86_400_000);
const shop: WebhookShop = { id: 'lake-shop', hostId: 'host-lake' };
const webhook = (given: Partial<Webhook> = {}): Webhook => ({
  ...{ id: 'w', url, shop, createdAt: sampleNow, active: true, secret: 'whsec_1' },
  ...given,
});

/** So long that all that an action does without waiting for it is over before. */
async function long() {
  for (let turns = 0; turns < 9; turns += 1) await nextTurn();
}

/** A service with these webhooks, and what is done with them, in order. */
function world(webhooks: Webhook[]) {
  const done: unknown[][] = [];
  const needs = inNextTurn({
    now: async () => sampleNow,
    webhook: async (id: string) => webhooks.find((each) => each.id === id) ?? null,
    webhooksOfShop: async (id: string | null) =>
      webhooks.filter((each) => (each.shop?.id ?? null) === id),
    hostOfShop: async (id: string) => (id === shop.id ? shop.hostId : null),
    webhookFault: (asked: string) => (asked.startsWith('https:') ? null : 'it is not safe'),
    webhookId: (of: WebhookShop | null, to: string) => `${of?.id} ${to}`,
    newWebhookSecret: () => 'whsec_2',
    addWebhook: async (added: Webhook) => {
      done.push(['add', added]);
      return webhooks.every(({ id }) => id !== added.id);
    },
    changeSecret: async (changed: Webhook) => void done.push(['secret', changed]),
    enableWebhook: async (...enabled: unknown[]) => {
      await long();
      done.push(['enable', ...enabled]);
    },
    wakeWebhook: async (...woken: unknown[]) => void done.push(['wake', ...woken]),
    replayMessages: async (...again: unknown[]) => {
      await long();
      done.push(['replay', ...again]);
    },
    removeWebhook: async (id: string) => {
      await long();
      done.push(['remove', id]);
      return true;
    },
    removeMessages: async (id: string) => void done.push(['remove messages', id]),
    waitingMessages: async (id: string) => (id === 'w' ? 3 : 0),
    messagesGivenUp: async (...look: unknown[]) => {
      done.push(['given up', ...look]);
      return [];
    },
    maxWebhooks: 2,
  });
  return { needs, done };
}

test('a host registers an address of their shop, an operator one of all shops', async () => {
  const { needs, done } = world([]);
  const ofShop = webhook({ id: `lake-shop ${url}`, secret: 'whsec_2' });
  const ofAll = { ...ofShop, id: `undefined ${url}`, shop: null };
  const secret = 'whsec_2';
  expect(await registerOrderWebhook(needs, host, { shopId: shop.id, url })).toEqual({
    secret,
    webhook: ofShop,
  });
  expect(await registerOrderWebhook(needs, operator, { shopId: null, url })).toEqual({
    secret,
    webhook: ofAll,
  });
  expect(done).toEqual([
    ['add', ofShop],
    ['add', ofAll],
  ]);
});

const urlOf = (length: number) => url.padEnd(length, 'x');

test.each([
  ['of another host’s shop', operator, shop.id, url, 'SHOP_UNKNOWN', 'shopId'],
  ['of an unknown shop', host, 'no-shop', url, 'SHOP_UNKNOWN', 'shopId'],
  ['of all shops, for a host', host, null, url, 'SHOP_UNKNOWN', 'shopId'],
  ['that is not safe', host, shop.id, 'http://pms.example/', 'WEBHOOK_URL_INVALID', 'url'],
  ['that is too long', host, shop.id, urlOf(2_001), 'WEBHOOK_URL_INVALID', 'url'],
])('an address %s is refused', async (_, viewer, shopId, asked, reason, field) => {
  const { needs, done } = world([]);
  expect(await registerOrderWebhook(needs, viewer, { shopId, url: asked })).toMatchObject({
    refused: true,
    reason,
    path: ['input', field],
  });
  expect(done).toEqual([]);
});

test('why an address is refused is said, and one of 2,000 characters is none too many', async () => {
  const { needs } = world([]);
  const register = (asked: string) =>
    registerOrderWebhook(needs, host, { shopId: shop.id, url: asked });
  expect(await register('http://pms.example/')).toMatchObject({
    message: "The address can't be sent to: it is not safe.",
  });
  expect(await register(urlOf(2_001))).toMatchObject({
    message: "The address can't be sent to: it is too long.",
  });
  expect(await register(urlOf(2_000))).toHaveProperty('webhook');
});

test('a host has so many webhooks of a shop; those of its former host do not count', async () => {
  const former = webhook({ id: 'former', shop: { ...shop, hostId: 'host-hill' } });
  const register = (webhooks: Webhook[]) =>
    registerOrderWebhook(world(webhooks).needs, host, { shopId: shop.id, url });
  expect(await register([former, webhook()])).toHaveProperty('webhook');
  expect(await register([former, webhook(), webhook({ id: 'v' })])).toMatchObject({
    reason: 'TOO_MANY_WEBHOOKS',
    limits: { max: 2 },
  });
});

test('as many webhooks as are allowed do not keep one of them from being registered again', async () => {
  const again = webhook({ id: `lake-shop ${url}` });
  const { needs, done } = world([webhook(), again]);
  const changed = { ...again, secret: 'whsec_2', former: { secret: 'whsec_1', until: inADay } };
  expect(await registerOrderWebhook(needs, host, { shopId: shop.id, url })).toEqual({
    secret: 'whsec_2',
    webhook: changed,
  });
  expect(done.at(-1)).toEqual(['secret', changed]);
});

test('a new secret is stored before it is shown, and the former one is kept', async () => {
  const { needs, done } = world([webhook()]);
  const changed = webhook({ secret: 'whsec_2', former: { secret: 'whsec_1', until: inADay } });
  expect(await rotateOrderWebhookSecret(needs, host, 'w')).toEqual({
    secret: 'whsec_2',
    webhook: changed,
  });
  expect(done).toEqual([['secret', changed]]);
});

test('a webhook that was turned off is sent to again, from now on', async () => {
  const failing = { since: sampleNow, times: 3, why: 'the address answered 500' };
  const { needs, done } = world([webhook({ active: false, failing })]);
  expect(await enableOrderWebhook(needs, host, 'w')).toStrictEqual(webhook());
  expect(done).toEqual([
    ['enable', 'w'],
    ['wake', 'w', sampleNow],
  ]);
});

test('messages are sent again, and the webhook is woken', async () => {
  const { needs, done } = world([webhook()]);
  const which = { since: new Date(0), failedOnly: true };
  expect(await replayOrderWebhook(needs, host, { id: 'w', ...which })).toEqual(webhook());
  expect(done).toEqual([
    ['replay', { webhookId: 'w', ...which }, sampleNow],
    ['wake', 'w', sampleNow],
  ]);
});

test('a webhook is removed with its messages', async () => {
  const { needs, done } = world([webhook()]);
  expect(await removeOrderWebhook(needs, host, 'w')).toBe(true);
  expect(done).toEqual([
    ['remove', 'w'],
    ['remove messages', 'w'],
  ]);
});

test.each([
  ['of a shop, for an operator', operator, 'w'],
  ['of all shops, for a host', host, 'all'],
  ['that is not there', host, 'none'],
])('a webhook %s is unknown, and nothing is done', async (_, viewer, id) => {
  const { needs, done } = world([webhook(), webhook({ id: 'all', shop: null })]);
  const which = { id, since: new Date(0), failedOnly: false };
  const unknown = { refused: true, reason: 'WEBHOOK_UNKNOWN' };
  expect(await ownWebhook(needs, viewer, id)).toBeNull();
  expect(await rotateOrderWebhookSecret(needs, viewer, id)).toMatchObject(unknown);
  expect(await enableOrderWebhook(needs, viewer, id)).toMatchObject(unknown);
  expect(await replayOrderWebhook(needs, viewer, which)).toMatchObject(unknown);
  expect(await removeOrderWebhook(needs, viewer, id)).toBe(false);
  expect(done).toEqual([]);
});

test('a shop’s webhooks are shown to its host alone, without those of its former host', async () => {
  const former = webhook({ id: 'former', shop: { ...shop, hostId: 'host-hill' } });
  const ofAll = webhook({ id: 'all', shop: null });
  const { needs } = world([webhook(), former, ofAll]);
  expect(await shopWebhooks(needs, 'host-lake', shop.id)).toEqual([webhook()]);
  expect(await shopWebhooks(needs, 'host-hill', shop.id)).toBeNull();
  expect(await shopWebhooks(needs, undefined, shop.id)).toBeNull();
  expect(await shopWebhooks(needs, undefined, 'no-shop')).toBeNull();
  expect(await operatorWebhooks(needs)).toEqual([ofAll]);
});

test('a webhook shows how much waits for it, and the latest twenty messages given up', async () => {
  const { needs, done } = world([]);
  expect(await waitingMessages(needs, 'w')).toBe(3);
  expect(await messagesGivenUp(needs, 'w')).toEqual([]);
  expect(done).toEqual([['given up', 'w', 20]]);
});
