import { expect, test } from '@jest/globals';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import {
  afterTries,
  isToldOf,
  isWebhookOf,
  restMs,
  signingSecrets,
  type Webhook,
  withNewSecret,
} from './webhook.ts';
import {
  afterTry,
  inOrder,
  messagesOf,
  retriesAfterMs,
  type WebhookMessage,
} from './webhook-message.ts';

const day = 86_400_000;
const at = (ms: number) => new Date(sampleNow.getTime() + ms);
const webhook: Webhook = {
  id: 'w',
  url: 'https://pms.example/orders',
  shop: { id: 'lake-shop', hostId: 'host-lake' },
  createdAt: sampleNow,
  active: true,
  secret: 'whsec_new',
};
const failed = { arrived: false, why: 'the address answered 500', gone: false } as const;
const arrived = { arrived: true } as const;
const message = (orderSn: string, sequence: number, dueMs: number): WebhookMessage => ({
  ...{ id: `w:${orderSn}:${sequence}`, webhookId: 'w', orderSn, sequence },
  ...{ changedAt: sampleNow, state: 'WAITING', tries: 0, nextTryAt: at(dueMs) },
});

test('a message is tried ten times, later each time, and then given up', () => {
  let tries = 0;
  for (const wait of retriesAfterMs) {
    const after = afterTry({ tries }, failed, sampleNow);
    expect(after).toMatchObject({ state: 'WAITING', tries: tries + 1, failure: failed.why });
    expect(after.nextTryAt).toEqual(at(wait));
    tries = after.tries;
  }
  const givenUp = { state: 'GIVEN_UP', tries: 10, nextTryAt: sampleNow };
  expect(afterTry({ tries }, failed, sampleNow)).toMatchObject(givenUp);
  expect(afterTry({ tries: 3 }, arrived, sampleNow)).toMatchObject({ state: 'ARRIVED', tries: 4 });
});

test('a change of an order waits for the ones before it; other orders do not', () => {
  const waiting = [message('A', 3, 0), message('A', 2, 5_000), message('B', 1, 0)];
  const { toSend, toPutOff } = inOrder(waiting, sampleNow);
  expect(toSend.map(({ id }) => id)).toEqual(['w:B:1']);
  expect(toPutOff).toEqual([{ id: 'w:A:3', nextTryAt: at(5_000) }]);
  expect(inOrder(waiting, at(5_000)).toSend.map(({ id }) => id)).toEqual(['w:A:2', 'w:B:1']);
});

test('a webhook is told of changes since it was registered, and of those of the last 30 days', () => {
  const order = sampleOrder({
    history: [
      { state: 'WAIT_PAY', at: at(-1), cause: 'PLACED' },
      { state: 'WAIT_USE', at: at(0), cause: 'PAID' },
      { state: 'USED', at: at(day), cause: 'CHECKED_IN' },
    ],
  });
  const told = (now: Date) => messagesOf(webhook, order, now).map(({ sequence }) => sequence);
  expect(told(at(2 * day))).toEqual([2, 3]);
  expect(told(at(30 * day))).toEqual([3]);
});

test('a webhook that fails rests longer each time, and is turned off after three days or a 410', () => {
  const once = afterTries(webhook, [failed], at(0));
  expect(once).toMatchObject({ active: true, failing: { since: at(0), times: 1 } });
  expect([restMs(webhook), restMs(once)]).toEqual([0, 1_000]);
  expect(restMs(afterTries(once, [failed], at(1)))).toBe(2_000);
  expect(restMs({ failing: { since: at(0), times: 30, why: '' } })).toBe(300_000);
  expect(afterTries(once, [failed, arrived], at(5 * day))).toEqual(webhook);
  expect(afterTries(once, [failed], at(3 * day - 1)).active).toBe(true);
  expect(afterTries(once, [failed], at(3 * day)).active).toBe(false);
  expect(afterTries(webhook, [{ ...failed, gone: true }], at(0)).active).toBe(false);
});

test('a former secret signs for a day beside the new one', () => {
  const changed = withNewSecret(webhook, 'whsec_newer', sampleNow);
  expect(signingSecrets(changed, at(day - 1))).toEqual(['whsec_newer', 'whsec_new']);
  expect(signingSecrets(changed, at(day))).toEqual(['whsec_newer']);
});

test('a webhook is of the host of its shop, and told of that shop under that host', () => {
  const all = { shop: null };
  const own = { userId: 'host-lake', roles: ['host'] };
  const operator = { userId: 'olga', roles: ['operator'] };
  expect([isWebhookOf(webhook, own), isWebhookOf(webhook, operator)]).toEqual([true, false]);
  expect([isWebhookOf(all, own), isWebhookOf(all, operator)]).toEqual([false, true]);
  const order = sampleOrder();
  const of = (given: object) => ({ snapshot: { ...order.snapshot, ...given } });
  expect([isToldOf(webhook, order), isToldOf(all, order)]).toEqual([true, true]);
  expect(isToldOf(webhook, of({ shopId: 'other' }))).toBe(false);
  expect(isToldOf(webhook, of({ hostId: 'other' }))).toBe(false);
});
