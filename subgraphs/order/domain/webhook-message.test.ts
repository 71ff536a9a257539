import { expect, test } from '@jest/globals';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Webhook } from './webhook.ts';
import {
  inOrder,
  messageContent,
  messageId,
  messagesOf,
  retriesAfterMs,
  type WebhookMessage,
} from './webhook-message.ts';

const at = (ms: number) => new Date(sampleNow.getTime() + ms);
const message = (sequence: number, dueMs: number): WebhookMessage => ({
  ...{ id: `w:A:${sequence}`, webhookId: 'w', orderSn: 'A', sequence },
  ...{ changedAt: sampleNow, state: 'WAITING', tries: 0, nextTryAt: at(dueMs) },
});

test('the tries of a message span three days', () => {
  const minutes = retriesAfterMs.map((ms) => ms / 60_000);
  expect(minutes).toEqual([5 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440]);
});

test('a message names its webhook, its order and the number of the change', () => {
  const order = sampleOrder();
  const webhook: Webhook = {
    ...{ id: 'w', url: 'https://pms.example/orders', shop: null, createdAt: sampleNow },
    ...{ active: true, secret: 'whsec_new' },
  };
  const [only] = messagesOf(webhook, order, at(5));
  expect(only).toEqual({
    ...{ id: `w:${order.sn}:1`, webhookId: 'w', orderSn: order.sn, sequence: 1 },
    ...{ changedAt: sampleNow, state: 'WAITING', tries: 0, nextTryAt: at(5) },
  });
  expect(messageId({ orderSn: 'HSO1', sequence: 2 })).toBe('HSO1-2');
});

test('the first change of an order is sent, however the messages are read', () => {
  const [first, second, third] = [message(1, 0), message(2, 0), message(3, 0)];
  for (const waiting of [
    [first, second, third],
    [third, first, second],
  ])
    expect(inOrder(waiting, sampleNow)).toEqual({ toSend: [first], toPutOff: [] });
});

test('a message is put off with the one before it, unless it waits by itself', () => {
  const waiting = [message(1, 1), message(2, 0), message(3, 1)];
  const toPutOff = [{ id: 'w:A:2', nextTryAt: at(1) }];
  expect(inOrder(waiting, sampleNow)).toEqual({ toSend: [], toPutOff });
});

test('a webhook is sent the change, the state before it, and the order', () => {
  const order = sampleOrder({
    history: [
      { state: 'WAIT_PAY', at: sampleNow, cause: 'PLACED' },
      { state: 'WAIT_USE', at: at(1_000), cause: 'PAID' },
    ],
  });
  const idOf = (type: string, key: string) => `${type} ${key}`;
  const { data, ...envelope } = messageContent(order, { sequence: 2 }, idOf);
  expect(envelope).toEqual({
    type: 'homestay_order.state_changed',
    timestamp: '2026-12-01T04:00:01.000Z',
  });
  expect(data).toEqual({
    ...{ id: `HomestayOrder ${order.sn}`, sn: order.sn, sequence: 2 },
    ...{ state: 'WAIT_USE', formerState: 'WAIT_PAY', cause: 'PAID' },
    ...{ homestayId: 'Homestay lake-house', shopId: 'HomestayShop lake-shop' },
    ...{ travellerId: 'traveller-an', checkIn: '2026-12-10', checkOut: '2026-12-12' },
    ...{ guests: 2, needFood: false, total: { amount: 60_000, currency: 'CNY' } },
    closeAt: '2026-12-01T04:20:00.000Z',
  });
  const placed = messageContent(order, { sequence: 1 }, idOf).data;
  expect(placed).toMatchObject({ state: 'WAIT_PAY', formerState: null });
  expect(() => messageContent(order, { sequence: 3 }, idOf)).toThrow(
    `order ${order.sn} has no change 3`,
  );
});
