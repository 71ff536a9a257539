import { expect, test } from '@jest/globals';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { hostEmail } from './host-email.ts';

const order = sampleOrder();
const { shopId, hostId } = order.snapshot;
const email = 'mei@example.org';
const emailOf = (shop: { hostId: string; hostEmail: string | null } | null, sn = order.sn) =>
  hostEmail(
    {
      order: async (asked) => (asked === order.sn ? order : null),
      shopToNotify: async (id) => (id === shopId ? shop : null),
    },
    sn,
  );

test('the host of an order gets mail where they asked for it, and only while the shop is theirs', async () => {
  expect(await emailOf({ hostId, hostEmail: email })).toBe(email);
  expect(await emailOf({ hostId, hostEmail: null })).toBeNull();
  expect(await emailOf({ hostId: 'another', hostEmail: email })).toBeNull();
  expect(await emailOf(null)).toBeNull();
  expect(await emailOf({ hostId, hostEmail: email }, 'unknown')).toBeNull();
});
