import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callerSigner } from '../runtime/caller.ts';
import { subgraphNames } from '../runtime/services.ts';
import { eventually } from '../testing/eventually.ts';
import { dateIn, payOnPage, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { ana, ben, host } from '../testing/tokens.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({ homestays: 30 });
  story = storyOf(system);
});
afterAll(() => system?.stop());

/** Places an order and pays it. */
async function paidOrder(given: Record<string, unknown>) {
  const { sn } = await story.place(given);
  await payOnPage((await story.pay(sn)).payUrl as string);
  return eventually(async () => {
    const order = await story.see(sn);
    return order?.state === 'WAIT_USE' && order;
  });
}

test('a traveller books, pays and is checked in on the day', async () => {
  const today = { checkIn: dateIn(0), checkOut: dateIn(1), homestayId: 'home-0' };
  const placed = await story.place(today);
  expect(placed).toMatchObject({
    state: 'WAIT_PAY',
    ticketCode: null,
    total: { amount: 10_000, currency: 'CNY' },
  });
  await payOnPage((await story.pay(placed.sn)).payUrl as string);
  const paid = await eventually(async () => {
    const order = await story.see(placed.sn);
    return order?.state === 'WAIT_USE' && order;
  });
  expect(paid).toMatchObject({
    payment: { state: 'SUCCESS' },
    ticketCode: expect.stringMatching(/^[0-9A-Z]{16}$/),
  });
  expect(await story.checkIn(placed.sn, 'WRONG')).toMatchObject({ reason: 'TICKET_CODE_WRONG' });
  expect(await story.checkIn(placed.sn, `${paid.ticketCode}`, ana)).toMatchObject({
    reason: 'ORDER_UNKNOWN',
  });
  expect(await story.checkIn(placed.sn, `${paid.ticketCode}`)).toMatchObject({ state: 'USED' });
  expect(await story.checkIn(placed.sn, `${paid.ticketCode}`)).toMatchObject({
    reason: 'STATE_FORBIDS',
  });
  const seen = await story.see(placed.sn);
  expect(seen?.history.map(({ cause }) => cause)).toEqual(['PLACED', 'PAID', 'CHECKED_IN']);
});

describe('an order is there for its traveller and its host, and for nobody else', () => {
  test('to see', async () => {
    const { sn } = await story.place({ homestayId: 'home-1' });
    expect(await story.see(sn, ana)).toMatchObject({ sn });
    expect(await story.see(sn, host)).toMatchObject({ sn });
    expect(await story.see(sn, ben)).toBeNull();
    expect(await story.see(sn, null)).toBeNull();
  });
  test('to cancel, which is the traveller’s alone', async () => {
    const { sn } = await story.place({ homestayId: 'home-2' });
    expect(await story.cancel(sn, ben)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
    expect(await story.cancel(sn, host)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
    expect(await story.cancel(sn, ana)).toMatchObject({ state: 'CANCELLED' });
    expect(await story.cancel(sn, ana)).toMatchObject({ state: 'CANCELLED' });
  });
  test('to know its ticket code, which is the traveller’s alone', async () => {
    const { sn } = await paidOrder({ homestayId: 'home-3' });
    expect(await story.see(sn, ana)).toMatchObject({ ticketCode: expect.any(String) });
    expect(await story.see(sn, host)).toMatchObject({ ticketCode: null });
  });
  test('to pay, at a page that is the traveller’s alone', async () => {
    const { sn } = await story.place({ homestayId: 'home-28' });
    const { payUrl } = await story.pay(sn);
    expect(await story.see(sn, ana)).toMatchObject({ payment: { state: 'WAIT', payUrl } });
    expect(await story.see(sn, host)).toMatchObject({ payment: { state: 'WAIT', payUrl: null } });
  });
});

test('an order is not there for somebody else by reference either, as the gateway asks for it', async () => {
  const { sn } = await story.place({ homestayId: 'home-29' });
  const sign = callerSigner(system.env.SERVICE_SECRET as string);
  const refer = async (userId: string) => {
    const response = await fetch(`${system.urls.order}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: await sign({ service: 'gateway', userId, roles: [] }),
      },
      body: JSON.stringify({
        query:
          'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on HomestayOrder { sn state } } }',
        variables: { refs: [{ __typename: 'HomestayOrder', sn }] },
      }),
    });
    return ((await response.json()) as { data: { _entities: unknown } }).data._entities;
  };
  expect(await refer(ana.id)).toEqual([{ sn, state: 'WAIT_PAY' }]);
  expect(await refer(ben.id)).toEqual([null]);
});

test('a paid order cannot be cancelled, a cancelled one cannot be paid', async () => {
  const paid = await paidOrder({ homestayId: 'home-4' });
  expect(await story.cancel(paid.sn)).toMatchObject({ reason: 'STATE_FORBIDS' });
  const { sn } = await story.place({ homestayId: 'home-5' });
  await story.cancel(sn);
  expect(await story.pay(sn)).toMatchObject({ reason: 'ORDER_NOT_PAYABLE' });
  expect(await story.freeNights('home-5', dateIn(10), dateIn(11))).toEqual([dateIn(10)]);
});

test('a list filtered by dates shows what is free', async () => {
  const stay = { checkIn: dateIn(40), checkOut: dateIn(42) };
  await story.place({ ...stay, homestayId: 'home-6' });
  const query = `query Free($stay: StayInput!) { homestays(first: 100, filter: { stay: $stay }) { nodes { id } } }`;
  type Data = { homestays: { nodes: { id: string }[] } };
  const { homestays } = await system.ask<Data>(null, query, { stay });
  const ids = homestays.nodes.map(({ id }) => id);
  expect(ids).toHaveLength(29);
  expect(ids).not.toContain('Homestay:home-6');
});

test('a page of 20 orders with homestay and payment costs one query of each collection', async () => {
  const cai = { id: 'traveller-cai' };
  const placed = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      story.place({ homestayId: `home-${i + 7}`, checkIn: dateIn(50), checkOut: dateIn(51) }, cai),
    ),
  );
  for (const { sn } of placed) await story.pay(sn, cai);
  const finds = async () => ({
    orders: await system.metric('order', 'mongodb_commands_total', {
      command: 'find',
      collection: 'orders',
    }),
    homestays: await system.metric('travel', 'mongodb_commands_total', {
      command: 'find',
      collection: 'homestays',
    }),
    payments: await system.metric('payment', 'mongodb_commands_total', {
      command: 'find',
      collection: 'payments',
    }),
  });
  const query =
    '{ myHomestayOrders(first: 20) { nodes { sn state homestay { title } payment { sn state } } } }';
  // Sweeps and the like read too, now and then: what the page itself costs is the least of several
  // readings.
  const costs: Record<string, number[]> = { orders: [], homestays: [], payments: [] };
  for (let reading = 0; reading < 5; reading += 1) {
    const before = await finds();
    const { myHomestayOrders } = await system.ask<{ myHomestayOrders: { nodes: unknown[] } }>(
      cai,
      query,
    );
    const after = await finds();
    expect(myHomestayOrders.nodes).toHaveLength(20);
    for (const order of myHomestayOrders.nodes) {
      expect(order).toMatchObject({
        homestay: { title: expect.stringMatching(/^Lake/) },
        payment: { state: 'WAIT' },
      });
    }
    for (const name of Object.keys(before) as (keyof typeof before)[])
      costs[name]?.push(after[name] - before[name]);
  }
  const least = Object.fromEntries(
    Object.entries(costs).map(([name, readings]) => [name, Math.min(...readings)]),
  );
  expect(least).toEqual({ orders: 1, homestays: 1, payments: 1 });
});

test('pages of orders follow each other without a gap or a repeat, and can be narrowed to a state', async () => {
  const dan = { id: 'traveller-dan' };
  const sns: string[] = [];
  for (let i = 0; i < 7; i += 1)
    sns.unshift(
      (
        await story.place(
          { homestayId: `home-${i + 7}`, checkIn: dateIn(60), checkOut: dateIn(61) },
          dan,
        )
      ).sn,
    );
  await story.cancel(sns[2] as string, dan);
  const query = `query Mine($after: String, $filter: MyOrdersFilter) {
    myHomestayOrders(first: 3, after: $after, filter: $filter) { nodes { sn } pageInfo { hasNextPage endCursor } } }`;
  type Page = { nodes: { sn: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  const pageOf = async (variables: object): Promise<Page> =>
    (await system.ask<{ myHomestayOrders: Page }>(dan, query, { ...variables })).myHomestayOrders;
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const page: Page = await pageOf({ after });
    seen.push(...page.nodes.map(({ sn }) => sn));
    ({ hasNextPage: more, endCursor: after } = page.pageInfo);
  }
  expect(seen).toEqual(sns);
  expect((await pageOf({ filter: { states: ['CANCELLED'] } })).nodes).toEqual([{ sn: sns[2] }]);
  const upTo = (to: string) => ({ filter: { checkIn: { from: dateIn(0), to } } });
  expect((await pageOf(upTo(dateIn(59)))).nodes).toEqual([]);
  expect((await pageOf(upTo(dateIn(60)))).nodes).toHaveLength(3);
});

describe('a client’s mistake is answered with a code', () => {
  const code = (text: string) => new RegExp(`"code":"${text}"`);
  test.each([
    ['a page of 0', '{ myHomestayOrders(first: 0) { nodes { sn } } }', 'BAD_USER_INPUT'],
    ['a page of 101', '{ myHomestayOrders(first: 101) { nodes { sn } } }', 'BAD_USER_INPUT'],
    ['a cursor of nothing', '{ myHomestayOrders(after: "x") { nodes { sn } } }', 'BAD_USER_INPUT'],
    [
      'an invalid date',
      '{ homestay(id: "home-0") { availability(from: "2026-02-30", to: "2026-03-02") { night } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'nights that run backwards',
      '{ homestay(id: "home-0") { availability(from: "2027-03-02", to: "2027-03-01") { night } } }',
      'BAD_USER_INPUT',
    ],
    ['a field that is not there', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'what only services may ask',
      'mutation { closeDueOrders { closed } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('%s', async (_title, query, expected) => {
    await expect(system.ask(ana, query)).rejects.toThrow(code(expected));
  });
  test('no token, where one is needed', async () => {
    await expect(system.ask(null, '{ myHomestayOrders { nodes { sn } } }')).rejects.toThrow(
      code('UNAUTHORIZED_FIELD_OR_TYPE'),
    );
    await expect(story.place({}, null)).rejects.toThrow(code('UNAUTHORIZED_FIELD_OR_TYPE'));
  });
});

test('a subgraph answers nobody but the gateway and its sister services', async () => {
  for (const part of subgraphNames) {
    const response = await fetch(`${system.urls[part]}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  }
});
