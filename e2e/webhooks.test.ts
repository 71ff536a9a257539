import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { globalId } from '../runtime/global-id.ts';
import { eventually } from '../testing/eventually.ts';
import { listen } from '../testing/listen.ts';
import type { Served } from '../testing/serve.ts';
import { dateIn, payOnPage, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { ben, host, operator, type User } from '../testing/tokens.ts';
import { updateEach } from '../testing/update-each.ts';

type Received = {
  url: string;
  id: string;
  headers: Record<string, string>;
  text: string;
  data: { sn: string; sequence: number; state: string; formerState: string | null; cause: string };
};

/** A host's own system: what it got, and what it answers at each path; 204 if not told. */
const received: Received[] = [];
const answers = new Map<string, number>();
let site: Served;
let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  site = await listen(({ path, headers: given, body }) => {
    const headers = given as Record<string, string>;
    const text = body.toString();
    const id = headers['webhook-id'] as string;
    received.push({ url: path, id, headers, text, data: JSON.parse(text).data });
    return { status: answers.get(path) ?? 204 };
  });
  const env = { WEBHOOK_PRIVATE_ADDRESSES: 'true', WEBHOOKS_EVERY: '100ms', WEBHOOKS_OF_SHOP: '3' };
  system = await startTestSystem({ homestays: 3, env });
  story = storyOf(system);
}, 60_000);
afterAll(async () => {
  await system?.stop();
  await site?.stop();
});

const shopId = globalId('HomestayShop', 'shop');
const webhookFields =
  'id url active failure waiting formerSecretUntil givenUp { id tries failure }';
type Seen = {
  id: string;
  active: boolean;
  failure: string | null;
  waiting: number;
  formerSecretUntil: string | null;
  givenUp: { id: string; tries: number }[];
};
type Answer = Seen & { secret: string; webhook: Seen; reason?: string; limits?: { max: number } };

const change = async (user: User, field: string, type: string, input: object): Promise<Answer> => {
  const result = /^(register|rotate)/.test(field)
    ? `... on OrderWebhookSecret { secret webhook { ${webhookFields} } }`
    : `... on OrderWebhook { ${webhookFields} }`;
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) {
    ${result} ... on OrderRefused { reason limits { max } } } }`;
  return (await system.ask<Record<string, Answer>>(user, query, { input }))[field] as Answer;
};
const register = (path: string, user: User = host, given: object = { shopId }) =>
  change(user, 'registerOrderWebhook', 'RegisterOrderWebhookInput', {
    url: `${site.url}${path}`,
    ...given,
  });
const webhooksSeenBy = async (user: User | null): Promise<Seen[] | null> => {
  const query = `query ($id: ID!) {
    homestayShop(id: $id) { orderWebhooks { ${webhookFields} } } }`;
  type Data = { homestayShop: { orderWebhooks: Seen[] | null } };
  return (await system.ask<Data>(user, query, { id: shopId })).homestayShop.orderWebhooks;
};
const remove = async ({ id }: Seen, user: User = host) => {
  const query = 'mutation ($id: ID!) { removeOrderWebhook(input: { id: $id }) }';
  return (await system.ask<{ removeOrderWebhook: boolean }>(user, query, { id }))
    .removeOrderWebhook;
};
const toldAt = (url: string) => received.filter((each) => each.url === url);
/** Makes every message that waits due now. */
const hurry = async () => {
  const { order } = system.databases;
  const now = { $set: { nextTryAt: new Date(0) } };
  await updateEach(order.collection('webhook_messages'), { state: 'WAITING' }, now);
  const awake = { $set: { wakeAt: new Date(0), restUntil: new Date(0) } };
  await updateEach(order.collection('webhooks'), {}, awake);
};

/** Verifies a message as the snippet in `docs/webhooks.md` does. */
async function verifiedAsTheDocsSay(secret: string, { headers, text }: Received) {
  const page = readFileSync(new URL('../docs/webhooks.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n(.*?)```/s.exec(page) ?? [];
  const snippet = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return snippet.verified(secret, headers, text);
}

test("a host hears of every change of the shop's orders, in order and signed; an operator of all", async () => {
  const { secret, webhook } = await register('/shop');
  const all = await register('/all', operator, { shopId: null });
  const { sn } = await story.place({ checkIn: dateIn(0), checkOut: dateIn(1) });
  await payOnPage((await story.pay(sn)).payUrl as string);
  const paid = await eventually(async () => {
    const order = await story.see(sn);
    return order?.state === 'WAIT_USE' && order;
  });
  await story.checkIn(sn, paid.ticketCode as string);

  for (const [path, own] of [
    ['/shop', secret],
    ['/all', all.secret],
  ] as const) {
    const told = await eventually(() => toldAt(path).length === 3 && toldAt(path));
    expect(
      told.map(({ id, data: { state, formerState, cause } }) => [id, formerState, state, cause]),
    ).toEqual([
      [`${sn}-1`, null, 'WAIT_PAY', 'PLACED'],
      [`${sn}-2`, 'WAIT_PAY', 'WAIT_USE', 'PAID'],
      [`${sn}-3`, 'WAIT_USE', 'USED', 'CHECKED_IN'],
    ]);
    const [first] = told as [Received];
    expect(await verifiedAsTheDocsSay(own, first)).toMatchObject({
      type: 'homestay_order.state_changed',
      data: { id: globalId('HomestayOrder', sn), sn, shopId },
    });
    const forged = { ...first, text: first.text.replace('PLACED', 'PAID') };
    await expect(verifiedAsTheDocsSay(own, forged)).rejects.toThrow('not ours');
    expect(first.text).not.toContain(paid.ticketCode as string);
  }
  await eventually(async () => (await webhooksSeenBy(host))?.[0]?.waiting === 0);
  expect(await remove(all.webhook, operator)).toBe(true);
  expect(await remove(webhook)).toBe(true);
});

test("what a host's system does not take is sent again, before the order's next change", async () => {
  answers.set('/down', 500);
  const { webhook } = await register('/down');
  const { sn } = await story.place();
  await eventually(() => toldAt('/down').length >= 1);
  await story.cancel(sn);
  const seen = await eventually(async () => {
    const [first] = (await webhooksSeenBy(host)) ?? [];
    return first?.waiting === 2 && first;
  });
  expect(seen).toMatchObject({ active: true, failure: 'the address answered 500' });
  expect(toldAt('/down').every(({ data }) => data.sequence === 1)).toBe(true);

  answers.delete('/down');
  await hurry();
  await eventually(() => toldAt('/down').at(-1)?.data.sequence === 2);
  const ids = toldAt('/down').map(({ id }) => id);
  expect([...new Set(ids)]).toEqual([`${sn}-1`, `${sn}-2`]);
  await eventually(async () => (await webhooksSeenBy(host))?.[0]?.failure === null);

  // Everything once more, under the same ids.
  const replay = { id: webhook.id, since: '2020-01-01T00:00:00Z', failedOnly: false };
  await change(host, 'replayOrderWebhook', 'ReplayOrderWebhookInput', replay);
  await eventually(() => toldAt('/down').length === ids.length + 2);
  expect(
    toldAt('/down')
      .slice(-2)
      .map(({ id }) => id),
  ).toEqual([`${sn}-1`, `${sn}-2`]);
  await remove(webhook);
});

test('what changes while no process of order runs, or the place in the changes is lost, is told too', async () => {
  const { webhook } = await register('/later');
  const first = await story.place();
  await eventually(() => toldAt('/later').length === 1);
  await system.order.stop();
  await system.order.start({ WEBHOOK_PRIVATE_ADDRESSES: 'true' });
  await story.cancel(first.sn);
  await eventually(() => toldAt('/later').length === 2);

  await system.order.stop();
  await system.databases.order.collection('change_feed').deleteMany({});
  const messages = system.databases.order.collection('webhook_messages');
  const forgotten = messages.find({ webhookId: webhook.id.split(':')[1] as string });
  for await (const { _id } of forgotten) await messages.deleteOne({ _id });
  await system.order.start({ WEBHOOK_PRIVATE_ADDRESSES: 'true' });
  await eventually(() => toldAt('/later').length === 4);
  expect(toldAt('/later').map(({ id }) => id)).toEqual(
    [1, 2, 1, 2].map((sequence) => `${first.sn}-${sequence}`),
  );
  await remove(webhook);
});

test('an address that is gone is turned off, what changes meanwhile waits, and comes once it is on again', async () => {
  answers.set('/gone', 410);
  const { webhook } = await register('/gone');
  const { sn } = await story.place();
  await eventually(async () => (await webhooksSeenBy(host))?.[0]?.active === false);
  await story.cancel(sn);
  await eventually(async () => (await webhooksSeenBy(host))?.[0]?.waiting === 2);
  answers.delete('/gone');
  await hurry();
  const enabled = await change(host, 'enableOrderWebhook', 'OrderWebhookInput', { id: webhook.id });
  expect(enabled).toMatchObject({ active: true, failure: null });
  await eventually(() => toldAt('/gone').at(-1)?.data.sequence === 2);
  await remove(webhook);
});

test('while a secret is changed both sign; only owners see and change webhooks, and only so many', async () => {
  const { secret, webhook } = await register('/secret');
  const rotated = await change(host, 'rotateOrderWebhookSecret', 'OrderWebhookInput', {
    id: webhook.id,
  });
  expect(rotated.webhook.formerSecretUntil).not.toBeNull();
  const { sn } = await story.place();
  const message = await eventually(() => toldAt('/secret')[0]);
  for (const one of [secret, rotated.secret])
    expect(await verifiedAsTheDocsSay(one, message)).toMatchObject({ data: { sn } });
  await story.cancel(sn);

  for (const user of [ben, operator, null]) expect(await webhooksSeenBy(user)).toBeNull();
  for (const user of [ben, operator]) {
    expect(
      await change(user, 'rotateOrderWebhookSecret', 'OrderWebhookInput', { id: webhook.id }),
    ).toEqual({
      reason: 'WEBHOOK_UNKNOWN',
      limits: null,
    });
    expect(await register('/mine', user)).toMatchObject({ reason: 'SHOP_UNKNOWN' });
    expect(await remove(webhook, user)).toBe(false);
  }
  expect(await register('/all', host, { shopId: null })).toMatchObject({ reason: 'SHOP_UNKNOWN' });
  expect(await register('', host, { shopId, url: 'file:///etc/passwd' })).toMatchObject({
    reason: 'WEBHOOK_URL_INVALID',
  });
  await register('/two');
  await register('/three');
  expect(await register('/three')).toMatchObject({ webhook: { active: true } });
  expect(await register('/four')).toEqual({ reason: 'TOO_MANY_WEBHOOKS', limits: { max: 3 } });
});
