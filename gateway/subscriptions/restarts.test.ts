import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../test-system.ts';
import {
  type LiveSystem,
  orderChanged,
  socketClient,
  startLiveSystem,
  type Watched,
  watch,
} from './test-live-system.ts';

const states = (watched: Watched) => watched.results.map(({ data }) => data?.homestayOrderStateChanged?.state);
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
