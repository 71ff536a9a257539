import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({ parts: withoutScheduler });
  story = storyOf(system);
});
afterAll(() => system?.stop());

const query = `subscription ($orderSn: ID!) {
  paymentStateChanged(orderSn: $orderSn) { sn state payUrl order { sn state } }
}`;

test('the traveller sees the payment begin, and its money arrive', async () => {
  const orderSn = await story.order();
  const client = await socketClient(system.env.GATEWAY_URL as string);
  type Event = { paymentStateChanged: { sn: string; state: string; payUrl: string | null } };
  const watched = watch<Event>(client, { query, variables: { orderSn } });
  const { sn } = await story.pay(orderSn);
  const seen = () => watched.results.map(({ data }) => data?.paymentStateChanged);
  await eventually(async () => seen().some((payment) => payment?.payUrl));
  await story.settle(sn);
  await eventually(async () => seen().at(-1)?.state === 'SUCCESS');
  expect(new Set(seen().map((payment) => payment?.sn))).toEqual(new Set([sn]));
  const late = watch<Event>(client, { query, variables: { orderSn } });
  await eventually(async () => late.results.length === 1);
  expect(late.results[0]?.data?.paymentStateChanged).toMatchObject({
    sn,
    state: 'SUCCESS',
    payUrl: null,
  });
  await client.dispose();
});

test('somebody else sees nothing, neither before nor after there is a payment', async () => {
  const orderSn = await story.order();
  const client = await socketClient(system.env.GATEWAY_URL as string, { sub: 'eve' });
  const refused = async () => {
    type Event = { paymentStateChanged: { sn: string; state: string; payUrl: string | null } };
    const watched = watch<Event>(client, { query, variables: { orderSn } });
    await eventually(async () => watched.completed);
    expect(watched.results).toMatchObject([{ errors: [{ extensions: { code: 'FORBIDDEN' } }] }]);
  };
  await refused();
  await story.pay(orderSn);
  await refused();
  await client.dispose();
});
