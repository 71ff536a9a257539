import { expect, test } from '@jest/globals';
import { isRefused } from '../../../runtime/refusal.ts';
import { sampleNow } from '../../../testing/order/sample-order.ts';
import { newWebhookSecret } from '../clients/webhook-signature.ts';
import type { Webhook } from '../domain/webhook.ts';
import { webhookId } from '../store/webhooks.ts';
import { registerOrderWebhook } from './order-webhooks.ts';

const url = 'https://pms.example/orders';

/** Those of one shop, whose host is whoever registers. */
function webhooksOfShop() {
  const stored = new Map<string, Webhook>();
  const needs = {
    now: async () => sampleNow,
    webhook: async (id: string) => stored.get(id) ?? null,
    webhooksOfShop: async () => [...stored.values()],
    webhookFault: () => null,
    webhookId,
    newWebhookSecret,
    async addWebhook(webhook: Webhook) {
      if (stored.has(webhook.id)) return false;
      stored.set(webhook.id, webhook);
      return true;
    },
    changeSecret: async (webhook: Webhook) => void stored.set(webhook.id, webhook),
    maxWebhooks: 1,
  };
  const register = (userId: string, to = url) =>
    registerOrderWebhook(
      { ...needs, hostOfShop: async () => userId },
      { userId, roles: [] },
      { shopId: 'lake-shop', url: to },
    );
  return { register, stored };
}

test('an address that is registered again gets a new secret, and is still one', async () => {
  const { register, stored } = webhooksOfShop();
  const [first, again] = [await register('host-lake'), await register('host-lake')];
  if (isRefused(first) || isRefused(again)) throw new Error('refused');
  expect(again.webhook.id).toBe(first.webhook.id);
  expect(again.secret).not.toBe(first.secret);
  expect(stored.size).toBe(1);
  expect(await register('host-lake', `${url}/other`)).toMatchObject({
    reason: 'TOO_MANY_WEBHOOKS',
  });
});

test('a shop’s new host registers what its former host had registered', async () => {
  const { register, stored } = webhooksOfShop();
  await register('host-lake');
  expect(isRefused(await register('host-new'))).toBe(false);
  expect([...stored.values()].map(({ shop }) => shop?.hostId)).toEqual(['host-lake', 'host-new']);
});
