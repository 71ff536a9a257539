import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import {
  type LiveSystem,
  orderChanged,
  startLiveSystem,
} from '../../testing/gateway/live-system.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';

let system: LiveSystem;
beforeAll(async () => {
  system = await startLiveSystem();
});
afterAll(() => system?.stop());

type Event = { data?: Record<string, { state: string } | undefined> | null };
const states = (watched: { results: unknown[] }, field = 'homestayOrderStateChanged') =>
  (watched.results as Event[]).map(({ data }) => data?.[field]?.state);

describe('an order', () => {
  test('is sent in its current state, with fields of other subgraphs, and after every change', async () => {
    const sn = await system.placeOrder();
    const client = await socketClient(system.url);
    const watched = watch(client, { query: orderChanged, variables: { sn } });
    await eventually(() => watched.results.length === 1);
    expect(watched.results[0]).toEqual({
      data: {
        homestayOrderStateChanged: {
          sn,
          state: 'WAIT_PAY',
          version: 1,
          homestay: { title: 'Homestay 1' },
          payment: { state: 'SUCCESS' },
        },
      },
    });
    await system.change(sn, 'PAID');
    await system.change(sn, 'CHECKED_IN');
    await eventually(() => watched.results.length >= 3);
    expect(states(watched)).toEqual(['WAIT_PAY', 'WAIT_USE', 'USED']);
    await client.dispose();
  });

  test('is sent with aliases, fragments, `@include` and `@skip`', async () => {
    const sn = await system.placeOrder();
    const client = await socketClient(system.url);
    const query = `subscription Watch($sn: ID!, $with: Boolean!) {
      changed: homestayOrderStateChanged(sn: $sn) { ...Facts pay: payment @skip(if: $with) { state } place: homestay @include(if: $with) { name: title } }
    }
    fragment Facts on HomestayOrder { number: sn now: state }`;
    const watched = watch(client, { query, variables: { sn, with: true } });
    await eventually(() => watched.results.length === 1);
    expect(watched.results[0]).toEqual({
      data: { changed: { number: sn, now: 'WAIT_PAY', place: { name: 'Homestay 1' } } },
    });
    await client.dispose();
  });

  test('is refused to a stranger, also while its traveller is subscribed; its host may subscribe', async () => {
    const sn = await system.placeOrder();
    const owner = await socketClient(system.url);
    const own = watch(owner, { query: orderChanged, variables: { sn } });
    await eventually(() => own.results.length === 1);
    const stranger = await socketClient(system.url, { sub: 'eve' });
    const refused = watch(stranger, { query: orderChanged, variables: { sn } });
    await eventually(() => refused.completed);
    expect(refused.results[0]?.errors?.[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    const host = await socketClient(system.url, { sub: 'hana' });
    const watched = watch(host, { query: orderChanged, variables: { sn } });
    await eventually(() => watched.results.length === 1);
    expect(states(watched)).toEqual(['WAIT_PAY']);
    await Promise.all([owner.dispose(), stranger.dispose(), host.dispose()]);
  });

  test('is refused without a token', async () => {
    const sn = await system.placeOrder();
    const client = await socketClient(system.url, {}, { connectionParams: {} });
    const refused = watch(client, { query: orderChanged, variables: { sn } });
    await eventually(() => refused.ended !== undefined);
    expect(refused.ended).toMatchObject([
      {
        message: expect.stringContaining('Sign in first'),
        extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
      },
    ]);
    await client.dispose();
  });

  test('is sent at once to a client that joins later, with every change after that', async () => {
    const sn = await system.placeOrder();
    const client = await socketClient(system.url);
    const early = watch(client, { query: orderChanged, variables: { sn } });
    await eventually(() => early.results.length === 1);
    await system.change(sn, 'PAID');
    await eventually(() => early.results.length === 2);
    const late = watch(client, { query: orderChanged, variables: { sn } });
    await eventually(() => late.results.length === 1);
    await system.change(sn, 'CHECKED_IN');
    await eventually(() => late.results.length === 2 && early.results.length === 3);
    expect(states(late)).toEqual(['WAIT_USE', 'USED']);
    expect(states(early)).toEqual(['WAIT_PAY', 'WAIT_USE', 'USED']);
    await client.dispose();
  });
});

test('a traveller gets the live orders, then every change and every new order', async () => {
  const live = await system.placeOrder({ travellerId: 'li' });
  const closed = await system.placeOrder({ travellerId: 'li' });
  await system.change(closed, 'CANCELLED_BY_TRAVELLER');
  const client = await socketClient(system.url, { sub: 'li' });
  const watched = watch(client, { query: 'subscription { myHomestayOrdersChanged { sn state } }' });
  await eventually(() => watched.results.length === 1);
  const next = await system.placeOrder({ travellerId: 'li' });
  await system.placeOrder({ travellerId: 'somebody else' });
  await system.change(live, 'PAID');
  await eventually(() => watched.results.length >= 3);
  expect(watched.results.map(({ data }) => data?.myHomestayOrdersChanged)).toEqual([
    { sn: live, state: 'WAIT_PAY' },
    { sn: next, state: 'WAIT_PAY' },
    { sn: live, state: 'WAIT_USE' },
  ]);
  await client.dispose();
});

test('`variables: null` is the same as none', async () => {
  await system.placeOrder({ travellerId: 'zhao' });
  const client = await socketClient(system.url, { sub: 'zhao' });
  const query =
    'subscription ($with: Boolean = true) { myHomestayOrdersChanged { state @include(if: $with) } }';
  const watched = watch(client, { query, variables: null });
  await eventually(() => watched.results.length === 1);
  expect(watched.results[0]).toEqual({ data: { myHomestayOrdersChanged: { state: 'WAIT_PAY' } } });
  await client.dispose();
});

describe('an invalid subscription is refused, and the connection stays open', () => {
  test.each([
    ['a field that is not there', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['no GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    [
      'a field under a directive',
      'subscription ($x: Boolean!) { myHomestayOrdersChanged @include(if: $x) { sn } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a variable that is missing',
      'subscription ($sn: ID!) { homestayOrderStateChanged(sn: $sn) { sn } }',
      'BAD_USER_INPUT',
    ],
    [
      'what is too complex',
      `subscription { myHomestayOrdersChanged { ${'sn '.repeat(1_100)} } }`,
      'QUERY_TOO_COMPLEX',
    ],
  ])('%s', async (_what, query, code) => {
    const client = await socketClient(system.url);
    const refused = watch(client, { query, variables: { x: true } });
    await eventually(() => refused.ended);
    expect((refused.ended as { extensions: unknown }[])[0]?.extensions).toEqual({ code });
    const query2 = watch(client, { query: '{ homestay(id: "1") { title } }' });
    await eventually(() => query2.completed);
    expect(query2.results[0]?.data).toEqual({ homestay: { title: 'Homestay 1' } });
    await client.dispose();
  });
});
