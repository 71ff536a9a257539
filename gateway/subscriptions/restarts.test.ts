import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { testMongoUri } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  type LiveSystem,
  type OrderEvent,
  orderChanged,
  startLiveSystem,
} from '../../testing/gateway/live-system.ts';
import { startProxy } from '../../testing/proxy.ts';
import { socketClient, type Watched, watch } from '../../testing/socket-client.ts';

const states = (watched: Watched) =>
  (watched as Watched<OrderEvent>).results.map(
    ({ data }) => data?.homestayOrderStateChanged?.state,
  );
const query = orderChanged;

describe('a subscription survives', () => {
  let system: LiveSystem;
  let client: Awaited<ReturnType<typeof socketClient>>;
  beforeEach(async () => {
    system = await startLiveSystem();
    client = await socketClient(system.url);
  });
  afterEach(async () => {
    await client?.dispose();
    await system?.stop();
  });

  test('a restart of the order process, and gets each change in between once', async () => {
    const sn = await system.placeOrder();
    const watched = watch(client, { query, variables: { sn } });
    await eventually(() => watched.results.length === 1);
    await system.orders[0]?.stop();
    await system.change(sn, 'PAID');
    await system.change(sn, 'CHECKED_IN');
    await system.orders[0]?.start();
    await eventually(() => watched.results.length >= 3);
    expect(states(watched)).toEqual(['WAIT_PAY', 'WAIT_USE', 'USED']);
    expect([watched.completed, watched.ended]).toEqual([false, undefined]);
  });

  test('a restart without changes, and gets nothing twice', async () => {
    const sn = await system.placeOrder();
    const watched = watch(client, { query, variables: { sn } });
    await eventually(() => watched.results.length === 1);
    await system.orders[0]?.stop();
    await system.orders[0]?.start();
    // The process is back when another subscription is answered.
    const other = watch(client, { query, variables: { sn: await system.placeOrder() } });
    await eventually(() => other.results.length === 1);
    await system.change(sn, 'PAID');
    await eventually(() => watched.results.length >= 2);
    expect(states(watched)).toEqual(['WAIT_PAY', 'WAIT_USE']);
  });
});

test('a client gets SERVICE_UNAVAILABLE when the order service stays away', async () => {
  const system = await startLiveSystem();
  await system.orders[0]?.stop();
  const client = await socketClient(system.url);
  const watched = watch(client, { query, variables: { sn: 'HSO1' } });
  await eventually(() => watched.completed);
  expect(watched.results[0]?.errors?.[0]?.extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
  await client.dispose();
  await system.stop();
});

test('after a loss of the database connection, changes made in between arrive', async () => {
  const uri = new URL(testMongoUri());
  const proxy = await startProxy(Number(uri.port));
  uri.port = String(proxy.port);
  const system = await startLiveSystem({ mongoUri: String(uri) });
  const client = await socketClient(system.url);
  const sn = await system.placeOrder();
  const watched = watch(client, { query, variables: { sn } });
  await eventually(() => watched.results.length === 1);
  proxy.cut();
  await system.change(sn, 'PAID');
  await system.change(sn, 'CHECKED_IN');
  proxy.mend();
  await eventually(() => watched.results.length >= 3, 20_000);
  expect(states(watched)).toEqual(['WAIT_PAY', 'WAIT_USE', 'USED']);
  await client.dispose();
  await system.stop();
  await proxy.stop();
});

test('after a loss of the connection to the order service, changes made in between arrive', async () => {
  let proxy: Awaited<ReturnType<typeof startProxy>> | undefined;
  const system = await startLiveSystem({
    orderRoute: async (port) => {
      proxy = await startProxy(port);
      return proxy.port;
    },
  });
  const client = await socketClient(system.url);
  const sn = await system.placeOrder();
  const watched = watch(client, { query, variables: { sn } });
  await eventually(() => watched.results.length === 1);
  proxy?.cut();
  await system.change(sn, 'PAID');
  await system.change(sn, 'CHECKED_IN');
  proxy?.mend();
  await eventually(() => watched.results.length >= 3);
  expect(states(watched)).toEqual(['WAIT_PAY', 'WAIT_USE', 'USED']);
  await client.dispose();
  await system.stop();
  await proxy?.stop();
});

test('two gateways with two order processes: every subscriber gets every change', async () => {
  const system = await startLiveSystem({ copies: 2 });
  const clients = await Promise.all(system.gateways.map(({ url }) => socketClient(url)));
  const sn = await system.placeOrder();
  const watched = clients.flatMap((client) =>
    [1, 2, 3].map(() => watch(client, { query, variables: { sn } })),
  );
  await eventually(() => watched.every(({ results }) => results.length === 1));
  await system.change(sn, 'PAID');
  await system.change(sn, 'CHECKED_IN');
  await eventually(() => watched.every(({ results }) => results.length >= 3));
  for (const one of watched) expect(states(one)).toEqual(['WAIT_PAY', 'WAIT_USE', 'USED']);
  await Promise.all(clients.map((client) => client.dispose()));
  await system.stop();
});
