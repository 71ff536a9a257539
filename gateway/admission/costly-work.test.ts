import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { costlyWork } from './costly-work.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const settings = {
  COSTLY_SHARE: 100,
  COSTLY_BURST: 0,
  COSTLY_WAITING: 3,
  COSTLY_WAITING_PER_CLIENT: 2,
};

test('so many pieces may wait, of one client and of all', async () => {
  const metrics = new Registry();
  const { prepare } = costlyWork(settings, metrics);
  let end = () => {};
  const first = prepare('a', () => new Promise<void>((resolve) => (end = resolve)));
  const waiting = ['a', 'a', 'b'].map((client) => prepare(client, () => {}));
  const codeOf = (client: string) =>
    prepare(client, () => {}).catch(({ extensions }) => [extensions.code, extensions.http.headers]);
  const soon = { 'retry-after': '1' };
  expect(await codeOf('a')).toEqual(['TOO_MANY_REQUESTS', soon]);
  expect(await codeOf('c')).toEqual(['SERVICE_UNAVAILABLE', soon]);
  const { values } = (await metrics.getSingleMetric('gateway_costly_work_waiting')?.get()) ?? {};
  expect(values).toEqual([{ labels: { work: 'prepare' }, value: 3 }]);
  end();
  await Promise.all([first, ...waiting]);
  expect(await codeOf('a')).toBeUndefined();
});

test('who waits for a slow subgraph keeps no other from his turn', async () => {
  const { execute } = costlyWork(settings, new Registry());
  let end = () => {};
  const slow = execute('a', () => new Promise<void>((resolve) => (end = resolve)));
  expect(await execute('b', () => 'done')).toBe('done');
  end();
  await slow;
});

/** A gateway that gives costly work hardly any time, before one subgraph. */
async function startSlow(settings = {}) {
  const names = ['a', ...Array.from({ length: 10 }, (_, i) => `b${i}`)];
  const data = Object.fromEntries(names.map((name) => [name, 'here']));
  const answer = JSON.stringify({ data: { ...data, __typename: 'Query' } });
  const subgraph = await startRawSubgraph(() => answer);
  const declared = [{ name: 'one', url: subgraph.url, sdl: 'type Query { a: String }' }];
  const gateway = await startGatewayOf(declared, {
    ...{ COSTLY_SHARE: '1', COSTLY_BURST: '1ms' },
    ...settings,
  });
  stops.push(subgraph.stop, gateway.stop);
  return gateway.url;
}

test('operations that are known are answered while new ones wait, and each of those in the end', async () => {
  const url = await startSlow();
  await ask(url, '{ a }');
  const order: string[] = [];
  const fresh = [1, 2, 3].map(async (n) => {
    const { data } = await ask<{ a: string }>(url, `{ a b${n}: a }`);
    order.push(`new ${data.a}`);
  });
  await eventually(async () => {
    const { data } = await ask<{ a: string }>(url, '{ a }');
    order.push(`known ${data.a}`);
    return order.length > 6 && order.includes('new here');
  });
  await Promise.all(fresh);
  expect(order.indexOf('new here')).toBeGreaterThan(0);
  expect(order.filter((one) => one === 'new here')).toHaveLength(3);
});

test('one text that many send at once takes one place among what waits', async () => {
  const url = await startSlow({ COSTLY_WAITING: '1', COSTLY_WAITING_PER_CLIENT: '1' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(url, '{ a b1: a }')));
  for (const { data, errors } of answers)
    expect({ data, errors }).toEqual({ data: { a: 'here', b1: 'here' } });
});

test('registered operations are new to this gateway too, and wait for none of that', async () => {
  const bodies = Array.from({ length: 10 }, (_, i) => `query New${i} { a b${i}: a }`);
  const operations = bodies.map((body, i) => {
    const id = createHash('sha256').update(body).digest('hex');
    return { id, name: `New${i}`, type: 'query', body };
  });
  const folder = await mkdtemp(join(tmpdir(), 'registered-'));
  stops.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'manifest.json');
  const format = 'apollo-persisted-query-manifest';
  await writeFile(file, JSON.stringify({ format, version: 1, operations }));
  const url = await startSlow({
    COSTLY_WAITING_PER_CLIENT: '1',
    PERSISTED_OPERATIONS_FILE: file,
    PERSISTED_OPERATIONS_RELEASES: folder,
  });
  const codes = async (queries: string[]) => {
    const answers = await Promise.all(queries.map((query) => ask(url, query)));
    return [...new Set(answers.map(({ errors }) => errors?.[0]?.extensions.code))];
  };
  expect(await codes(bodies)).toEqual([undefined]);
  const others = Array.from({ length: 60 }, (_, i) => `query Other${i} { a }`);
  expect(await codes(others)).toContain('TOO_MANY_REQUESTS');
});
