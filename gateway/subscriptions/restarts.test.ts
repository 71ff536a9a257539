import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { testMongoUri } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  type LiveSystem,
  orderChanged,
  startLiveSystem,
} from '../../testing/gateway/live-system.ts';
import { startProxy } from '../../testing/proxy.ts';
import { socketClient, type Watched, watch } from '../../testing/socket-client.ts';

const states = (watched: Watched) =>
  watched.results.map(({ data }) => data?.homestayOrderStateChanged?.state);
const query = orderChanged;

describe('a subscription lives on', () => {
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

  test('when the order process is restarted, and gets what happened meanwhile, each change once', async () => {
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

  test('and tells nothing twice when nothing has happened meanwhile', async () => {
    const sn = await system.placeOrder();
    const watched = watch(client, { query, variables: { sn } });
    await eventually(() => watched.results.length === 1);
    await system.orders[0]?.stop();
    await system.orders[0]?.start();
    // Known to be back when another subscription has been answered.
    const other = watch(client, { query, variables: { sn: await system.placeOrder() } });
    await eventually(() => other.results.length === 1);
    await system.change(sn, 'PAID');
    await eventually(() => watched.results.length >= 2);
    expect(states(watched)).toEqual(['WAIT_PAY', 'WAIT_USE']);
  });
});

test('an order service that is not there is told to who subscribes, after some tries', async () => {
  const system = await startLiveSystem();
  await system.orders[0]?.stop();
  const client = await socketClient(system.url);
  const watched = watch(client, { query, variables: { sn: 'HSO1' } });
  await eventually(() => watched.completed);
  expect(watched.results[0]?.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
  await client.dispose();
  await system.stop();
});

test('when the way to the database breaks, changes made meanwhile are told once it is mended', async () => {
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

test('when the connection between gateway and order service breaks, changes made meanwhile are told once it is mended', async () => {
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

test('two gateways in front of two order processes: every subscriber of each sees every change', async () => {
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
