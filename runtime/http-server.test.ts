import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { Pool } from 'undici';
import { eventually } from '../testing/eventually.ts';
import { startProxy } from '../testing/proxy.ts';
import { type HttpServerOptions, startHttpServer } from './http-server.ts';
import { readBody, statusOfBody } from './request-body.ts';

const start = (given: Partial<HttpServerOptions> = {}) =>
  startHttpServer({
    host: '127.0.0.1',
    port: 0,
    metrics: new Registry(),
    ready: {},
    routes: {},
    ...given,
  });
const afterMs = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('stopping', () => {
  test('finishes what is under way, however far it is, and waits for no connection that is kept alive', async () => {
    const finish: (() => void)[] = [];
    const server = await start({
      // Longer than a test may take, as is the client's patience with an idle connection.
      finishLimitMs: 600_000,
      routes: {
        '/late': (_, response) => void finish.push(() => response.end('late')),
        '/slow': (_, response) => {
          response.write('slow');
          finish.push(() => response.end('ly'));
        },
      },
    });
    const pool = new Pool(server.url, { keepAliveTimeout: 600_000, keepAliveMaxTimeout: 600_000 });
    const text = async (path: string) => (await pool.request({ path, method: 'GET' })).body.text();
    const answers = Promise.all([text('/late'), text('/slow')]);
    await eventually(() => finish.length === 2);
    const stopped = server.stop();
    for (const end of finish) end();
    expect(await answers).toEqual(['late', 'slowly']);
    await stopped;
    await expect(text('/late')).rejects.toThrow('ECONNREFUSED');
    await pool.close();
  });

  test('cuts off, in the end, a client that never finishes its request', async () => {
    const server = await start({ finishLimitMs: 200 });
    const client = connect(Number(new URL(server.url).port), '127.0.0.1');
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.on('error', () => {});
    await new Promise<void>((resolve) => {
      client.write('POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Le', () => resolve());
    });
    await afterMs(50);
    await server.stop();
    await closed;
  });
});

describe('health', () => {
  test('tells which check has failed, and why, and lives all the same', async () => {
    const ready = {
      database: () => Promise.reject(new Error('no primary')),
      queue: async () => {},
    };
    const server = await start({ ready });
    const response = await fetch(`${server.url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: 'not ready',
      failed: { database: 'no primary' },
    });
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    await server.stop();
  });

  test('does not wait for a check that never answers', async () => {
    const server = await start({ ready: { database: () => new Promise(() => {}) } });
    const response = await fetch(`${server.url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      failed: { database: 'no answer within 2000 ms' },
    });
    await server.stop();
  });
});

test('more requests than may be under way are refused at once; health is still answered', async () => {
  const held: (() => void)[] = [];
  const server = await start({
    maxUnderWay: 2,
    routes: { '/held': (_, response) => void held.push(() => response.end('answered')) },
  });
  const answered = [fetch(`${server.url}/held`), fetch(`${server.url}/held`)];
  await eventually(() => held.length === 2);
  const refused = await fetch(`${server.url}/held`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({
    errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }],
  });
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(
    /^http_requests_in_flight 3$/m,
  );
  for (const answer of held) answer();
  for (const response of await Promise.all(answered)) expect(response.status).toBe(200);
  await server.stop();
});

test('a copy that is started later gets its share from callers that are busy all the time', async () => {
  const requests = [0, 0, 0];
  const copy = (index: number) =>
    start({
      maxConnectionAgeMs: 100,
      routes: {
        '/': (_, response) => {
          requests[index] = (requests[index] ?? 0) + 1;
          response.end();
        },
      },
    });
  const copies = [await copy(0), await copy(1)];
  let turn = 0;
  const balancer = await startProxy(() => {
    turn += 1;
    return Number(new URL(copies[turn % copies.length]?.url ?? '').port);
  });
  // As three gateways, each with connections of its own.
  const pools = Array.from(
    { length: 3 },
    () => new Pool(`http://127.0.0.1:${balancer.port}`, { connections: 6 }),
  );
  const askFor = async (ms: number) => {
    const end = Date.now() + ms;
    const ask = async (pool: Pool) => {
      while (Date.now() < end) {
        const { body } = await pool.request({ path: '/', method: 'GET' });
        await body.dump();
      }
    };
    await Promise.all(pools.flatMap((pool) => Array.from({ length: 6 }, () => ask(pool))));
  };
  await askFor(300);
  copies.push(await copy(2));
  // As soon as the connections that were there before have ended by their age.
  await eventually(async () => {
    requests.fill(0);
    await askFor(400);
    const share = (requests[2] as number) / requests.reduce((sum, count) => sum + count);
    return Math.abs(share - 1 / 3) < 0.1 / 3;
  }, 40_000);
  await Promise.all(pools.map((pool) => pool.close()));
  await balancer.stop();
  for (const { stop } of copies) await stop();
});

test('a body that is cut off, and one that is too large, are errors of the client', async () => {
  const statuses: unknown[] = [];
  const server = await start({
    routes: {
      '/': (request, response) => {
        const read = readBody(request, 10).catch((error) => statuses.push(statusOfBody(error)));
        void read.then(() => response.end());
      },
    },
  });
  const { hostname, port } = new URL(server.url);
  const leaving = connect(Number(port), hostname);
  leaving.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n12', () =>
    leaving.destroy(),
  );
  await eventually(() => statuses.length === 1);
  await (await fetch(server.url, { method: 'POST', body: 'x'.repeat(11) })).text();
  expect(statuses).toEqual([400, 413]);
  expect(statusOfBody(new Error('anything else'))).toBeUndefined();
  await server.stop();
});

test('a body that comes byte by byte is read no further', async () => {
  let read = 0;
  const refused: unknown[] = [];
  const server = await start({
    routes: {
      '/': (request) => {
        request.on('data', () => {
          read += 1;
        });
        readBody(request, 100_000).catch((error) => refused.push(statusOfBody(error)));
      },
    },
  });
  const { hostname, port } = new URL(server.url);
  const client = connect(Number(port), hostname);
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.on('error', () => {});
  client.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
  client.write(`${'1\r\na\r\n'.repeat(90_000)}0\r\n\r\n`);
  await closed;
  expect(refused).toEqual([413]);
  expect(read).toBeLessThan(20_000);
  await server.stop();
});

describe('requests that are sent before earlier ones of the connection are answered', () => {
  const sendAtOnce = async (one: string, count: number) => {
    let [begun, underWay, mostAtOnce] = [0, 0, 0];
    const server = await start({
      routes: {
        '/': async (request, response) => {
          begun += 1;
          underWay += 1;
          mostAtOnce = Math.max(mostAtOnce, underWay);
          await readBody(request, 1_000);
          await afterMs(1);
          underWay -= 1;
          response.end(`here ${begun}.`);
        },
      },
    });
    const { hostname, port } = new URL(server.url);
    const client = connect(Number(port), hostname);
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.on('error', () => {});
    let heard = '';
    client.on('data', (data) => {
      heard += data;
      if (heard.split('here').length > count) client.end();
    });
    client.write(one.repeat(count));
    await closed;
    await server.stop();
    const answered = Array.from(heard.matchAll(/here (\d+)/g), ([, number]) => Number(number));
    return { begun, mostAtOnce, answered };
  };

  test.each([
    ['without a body', 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['with one', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}'],
  ])('%s are answered one after the other, and cut the connection where there are hundreds', async (_what, one) => {
    const inOrder = Array.from({ length: 40 }, (_, index) => index + 1);
    expect(await sendAtOnce(one, 40)).toEqual({ begun: 40, mostAtOnce: 1, answered: inOrder });
    expect(await sendAtOnce(one, 1_000)).toEqual({ begun: 1, mostAtOnce: 1, answered: [] });
  });
});

describe('a client that does not read its answer', () => {
  const large = 'x'.repeat(20_000_000);
  const startLarge = async () => {
    const metrics = new Registry();
    const ended: object[] = [];
    const server = await start({
      metrics,
      idleTimeoutMs: 300,
      routes: {
        '/large': (_request, response) => {
          response.once('close', () => ended.push(response));
          response.end(large);
        },
      },
    });
    const inFlight = async () =>
      (await metrics.getSingleMetric('http_requests_in_flight')?.get())?.values[0]?.value;
    return { server, ended, inFlight };
  };
  const askFor = (url: string, times: number) => {
    const client = connect(Number(new URL(url).port), '127.0.0.1');
    client.on('error', () => {});
    client.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(times));
    return client;
  };

  test('is cut off, and its answer let go', async () => {
    const { server, ended, inFlight } = await startLarge();
    const client = askFor(server.url, 1);
    client.pause();
    await eventually(() => ended.length === 1);
    expect([client.bytesRead, await inFlight()]).toEqual([0, 0]);
    client.destroy();
    await server.stop();
  });

  test('is not while it reads, however slowly', async () => {
    const { server, ended } = await startLarge();
    const client = askFor(server.url, 1);
    let read = 0;
    client.on('data', ({ length }: Buffer) => {
      read += length;
      client.pause();
      setTimeout(() => client.resume(), 1);
    });
    await eventually(() => read > large.length);
    await eventually(() => ended.length === 1);
    client.destroy();
    await server.stop();
  });
});

test('however many ask at once whether a process is ready, one check is under way and one waits', async () => {
  let [checks, arrived] = [0, 0];
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { url, server, stop } = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    metrics: new Registry(),
    ready: {
      async database() {
        checks += 1;
        await held;
      },
    },
    routes: {},
  });
  server.on('request', () => {
    arrived += 1;
    if (arrived === 20) setImmediate(letGo);
  });
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => (await fetch(`${url}/health/ready`)).status),
  );
  expect([new Set(answers), checks]).toEqual([new Set([200]), 2]);
  await stop();
});
