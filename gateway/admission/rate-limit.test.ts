import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { ask } from '../../testing/client.ts';
import { testMongoUri } from '../../testing/database.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { startProxy } from '../../testing/proxy.ts';
import { socketClient } from '../../testing/socket-client.ts';
import { token } from '../../testing/tokens.ts';
import { openRateLimit } from './rate-limit.ts';

const user = (key: string) => ({ kind: 'user' as const, key });
const points = { RATE_LIMIT_PER_USER: 100, RATE_LIMIT_PER_ADDRESS: 50 };
/** A busy machine is no database that is away. */
const patient = { patienceMs: 10_000 };

describe('the weight of a minute', () => {
  test('is used up by what operations weigh, and ten for each of them', async () => {
    const { charge, requireLeft } = await openRateLimit(points);
    const { headers } = await charge(user('ana'), 30);
    expect(headers['ratelimit-policy']).toBe('"weight";q=100;w=60');
    expect(headers.ratelimit).toBe('"weight";r=60;t=60');
    await charge(user('ana'), 50);
    await expect(charge(user('ana'), 0)).rejects.toMatchObject({
      extensions: { code: 'TOO_MANY_REQUESTS', http: { status: 429 } },
    });
    expect(() => requireLeft(user('ana'))).toThrow(/ Try again in (60|[1-5]?\d) s\.$/);
  });

  test('is of each user alone, and of each address that is nobody’s', async () => {
    const { charge } = await openRateLimit(points);
    await charge(user('ana'), 90);
    await charge(user('ben'), 90);
    await charge({ kind: 'address', key: 'ana' }, 40);
    await expect(charge({ kind: 'address', key: 'ana' }, 0)).rejects.toThrow('one address');
  });

  test('is one for all gateways that share a database', async () => {
    const shared = { ...points, RATE_LIMIT_MONGODB_URI: testMongoUri() };
    const [one, two] = await Promise.all([
      openRateLimit(shared, patient),
      openRateLimit(shared, patient),
    ]);
    const who = user(`ana ${Math.random()}`);
    await one.charge(who, 40);
    const { headers } = await two.charge(who, 20);
    expect(headers.ratelimit).toMatch('r=20');
    await one.charge(who, 10);
    await expect(two.charge(who, 0)).rejects.toThrow('Try again in');
    await Promise.all([one.stop(), two.stop()]);
  });

  test('is not counted in the database for who has used it up', async () => {
    const uri = testMongoUri();
    const { charge, stop } = await openRateLimit(
      { ...points, RATE_LIMIT_MONGODB_URI: uri },
      patient,
    );
    const who = user(`ana ${Math.random()}`);
    const database = await openDatabase(uri, 'gateway_rate_limits');
    const counted = async () => {
      const found = await database.db.collection('rate_limits').findOne({ key: `user:${who.key}` });
      return found?.points;
    };
    await expect(charge(who, 100)).rejects.toThrow('Try again in');
    expect(await counted()).toBe(110);
    await expect(charge(who, 100)).rejects.toThrow('Try again in');
    expect(await counted()).toBe(110);
    await Promise.all([stop(), database.stop()]);
  });

  test('is waited for 250 ms where the shared database hangs, and then counted here', async () => {
    const uri = new URL(testMongoUri());
    const proxy = await startProxy(Number(uri.port));
    uri.port = String(proxy.port);
    const lines: string[] = [];
    const log = createLog('test', 'warn', { write: (line) => void lines.push(line) });
    const settings = { ...points, RATE_LIMIT_MONGODB_URI: String(uri) };
    const limit = await openRateLimit(settings, { log });
    proxy.freeze();
    const who = user(`ana ${Math.random()}`);
    for (const left of [80, 60])
      expect((await limit.charge(who, 10)).headers.ratelimit).toMatch(`r=${left}`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('no answer within 250 ms');
    proxy.thaw();
    await limit.stop();
    await proxy.stop();
  });

  test('is counted by each gateway alone while the shared database is away', async () => {
    const uri = new URL(testMongoUri());
    const proxy = await startProxy(Number(uri.port));
    uri.port = String(proxy.port);
    const limit = await openRateLimit({ ...points, RATE_LIMIT_MONGODB_URI: String(uri) }, patient);
    const who = user(`ana ${Math.random()}`);
    await limit.charge(who, 40);
    proxy.cut();
    expect((await limit.charge(who, 80)).headers.ratelimit).toMatch('r=10');
    await expect(limit.charge(who, 10)).rejects.toThrow('Try again in');
    await limit.stop();
    await proxy.stop();
  });

  test('is one for all gateways once the shared database is there, five seconds after it was asked', async () => {
    const uri = new URL(testMongoUri());
    const proxy = await startProxy(Number(uri.port));
    uri.port = String(proxy.port);
    proxy.cut();
    let at = 0;
    const limit = await openRateLimit(
      { ...points, RATE_LIMIT_MONGODB_URI: String(uri) },
      { ...patient, now: () => at },
    );
    const other = await openRateLimit(
      { ...points, RATE_LIMIT_MONGODB_URI: testMongoUri() },
      patient,
    );
    const who = user(`ana ${Math.random()}`);
    const left = async () =>
      /r=(\d+)/.exec((await limit.charge(who, 0)).headers.ratelimit ?? '')?.[1];
    await other.charge(who, 40);
    expect(await left()).toBe('90');
    proxy.mend();
    at += 4_999;
    expect(await left()).toBe('80');
    at += 1;
    expect(await left()).toBe('40');
    await Promise.all([limit.stop(), other.stop()]);
    await proxy.stop();
  });
});

describe('at the door', () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  const start = async (settings: Record<string, string>, answer = async () => {}) => {
    const subgraph = await startRawSubgraph(async () => {
      await answer();
      return '{"data":{"a":"here","__typename":"Query"}}';
    });
    const sdl = 'type Query { a: String }';
    const gateway = await startGatewayOf([{ name: 'one', url: subgraph.url, sdl }], settings);
    stops.push(subgraph.stop, gateway.stop);
    return gateway.url;
  };
  const send = (url: string, query = '{ a }', headers: Record<string, string> = {}) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });

  test('each answer tells what is left, and 429 when to come back', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '125' });
    const first = await send(url);
    expect([first.status, first.headers.get('ratelimit')]).toEqual([200, '"weight";r=14;t=60']);
    await send(url);
    const refused = await send(url);
    expect([refused.status, refused.headers.get('ratelimit')]).toEqual([
      429,
      expect.stringMatching(/^"weight";r=0;t=\d+$/),
    ]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await refused.json()).errors[0].extensions).toEqual({ code: 'TOO_MANY_REQUESTS' });
  });

  test('each user has a budget of his own', async () => {
    const url = await start({ RATE_LIMIT_PER_USER: '1000' });
    const left = [];
    for (const sub of ['ana', 'ben', 'ana']) {
      const headers = { authorization: `Bearer ${await token({ sub })}` };
      left.push(
        (await send(url, '{ a }', headers)).headers.get('ratelimit')?.match(/r=(\d+)/)?.[1],
      );
    }
    // It is new the first time alone.
    expect(left).toEqual(['889', '989', '878']);
  });

  test('what is refused by validation is counted too', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '125' });
    const statuses = [];
    for (let time = 0; time < 3; time += 1) statuses.push((await send(url, '{ b }')).status);
    expect(statuses).toEqual([400, 400, 429]);
  });

  test.each([
    'constructor',
    'toString',
    '__proto__',
  ])('a field that is called %s is counted as any other', async (name) => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '125' });
    const statuses = [];
    for (let time = 0; time < 3; time += 1) statuses.push((await send(url, `{ ${name} }`)).status);
    expect(statuses).toEqual([400, 400, 429]);
  });

  test('what is refused as too large or unreadable counts by its length', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '900' });
    const tooDeep = `${'{a'.repeat(20)}${'}'.repeat(20)}`;
    const statuses = [];
    for (const query of [tooDeep, tooDeep, '{ b', tooDeep, '{ a }'])
      statuses.push((await send(url, query)).status);
    expect(statuses).toEqual([400, 400, 400, 429, 429]);
  });

  /** What is answered to a long request whose headers come, and whose body never does. */
  const sendWithoutBody = async (url: string, path: string, header = '') => {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    stops.push(async () => socket.destroy());
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\n` +
        `content-length: 50000\r\n${header}\r\n`,
    );
    const [answer] = await once(socket, 'data');
    return String(answer);
  };

  test('of who has used up all, a long body is not waited for', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '15' });
    expect((await send(url)).status).toBe(429);
    for (const path of ['/graphql', '/graphql/stream'])
      expect(await sendWithoutBody(url, path)).toMatch(/^HTTP\/1.1 429 /);
  });

  test('of whose token is not good, a long body is not waited for', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '15' });
    for (const path of ['/graphql', '/graphql/stream'])
      expect(await sendWithoutBody(url, path, 'authorization: Bearer x\r\n')).toMatch(
        /^HTTP\/1.1 401 /,
      );
  });

  const sendBody = (url: string, body: string, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  test('long bodies wait for their turn, of one client only so many; short ones do not', async () => {
    const url = await start({
      ...{ COSTLY_SHARE: '1', COSTLY_BURST: '1ms', COSTLY_WAITING_PER_CLIENT: '1' },
      RATE_LIMIT_PER_ADDRESS: '100000000',
    });
    const long = `[${'11111,'.repeat(15_000)}1]`;
    const answers = await Promise.all(
      Array.from({ length: 60 }, async () => (await sendBody(`${url}/graphql`, long)).json()),
    );
    const messages = answers.map(({ errors }) => errors[0].message);
    expect(messages).toContain(
      'At most 1 operations of one client may wait that are new or large.',
    );
    expect(messages).toContain('The request body must be a JSON object.');
    const short = await Promise.all(
      Array.from({ length: 60 }, async () => (await sendBody(`${url}/graphql`, '[]')).json()),
    );
    for (const { errors } of short)
      expect(errors[0].message).toBe('The request body must be a JSON object.');
  });

  test.each([
    ['is no JSON', '{'],
    ['is no object', `[${'['.repeat(3_000)}${']'.repeat(3_000)}]`],
    ['is too large', ' '.repeat(101_000)],
  ])('a body that %s is charged', async (_what, body) => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '1000000' });
    const leftAt = async () =>
      Number(/r=(\d+)/.exec((await send(url)).headers.get('ratelimit') ?? '')?.[1]);
    await leftAt();
    const [first, second] = [await leftAt(), await leftAt()];
    for (const path of ['/graphql', '/graphql/stream']) {
      const { ok, headers } = await sendBody(url + path, body);
      expect([ok, headers.get('ratelimit')]).toEqual([false, expect.stringMatching(/r=\d+/)]);
    }
    const weight = Math.ceil(Math.min(body.length, 100_000) / 100) + 100;
    expect(second - (await leftAt())).toBe(first - second + 2 * weight);
  });

  test('a token that is not good is charged to the address, and refused as such all the same', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '350' });
    const authorization = `Bearer ${await token()}x`;
    const left: Awaited<ReturnType<typeof send>>[] = [];
    for (let time = 0; time < 4; time += 1) left.push(await send(url, '{ a }', { authorization }));
    expect(left.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(left[2]?.headers.get('ratelimit')).toMatch('"weight";r=50;');
    expect((await send(url)).status).toBe(429);
    expect((await send(url, '{ a }', { authorization: `Bearer ${await token()}` })).status).toBe(
      200,
    );
  });

  test('a document weighs more when it is new', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '230' });
    const left = [];
    for (const query of ['{ a }', '{ a }', '{ a # again\n }'])
      left.push((await send(url, query)).headers.get('ratelimit')?.match(/r=(\d+)/)?.[1]);
    expect(left).toEqual(['119', '108', '0']);
  });

  test('every answer over HTTP says what is left, also one that refuses', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '100000' });
    const left: number[] = [];
    for (const path of ['/graphql', '/graphql/stream'])
      for (const query of ['{ a }', '{ nothing }', '{ a', `{ ${'a '.repeat(600)} }`]) {
        const { headers } = await fetch(`${url}${path}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: path === '/graphql' ? 'application/json' : 'text/event-stream',
          },
          body: JSON.stringify({ query }),
        });
        left.push(Number(headers.get('ratelimit')?.match(/r=(\d+)/)?.[1]));
      }
    expect(left).toHaveLength(8);
    // Each costs something.
    expect(left).toEqual([...new Set(left)].sort((one, other) => other - one));
  });

  test('one budget holds over HTTP, server-sent events and WebSockets', async () => {
    const url = await start({ RATE_LIMIT_PER_USER: '135' });
    const authorization = `Bearer ${await token()}`;
    expect((await send(url, '{ a }', { authorization })).status).toBe(200);
    const stream = await fetch(`${url}/graphql/stream`, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query: '{ a }' }),
    });
    expect(await stream.text()).toContain('here');
    const client = await socketClient(url);
    const overSocket = () =>
      new Promise((resolve) =>
        client.subscribe({ query: '{ a }' }, { next: resolve, error: resolve, complete() {} }),
      );
    expect(await overSocket()).toMatchObject({ data: { a: 'here' } });
    expect(await overSocket()).toMatchObject([{ extensions: { code: 'TOO_MANY_REQUESTS' } }]);
    await client.dispose();
  });

  test('of one client only so many operations are executed at once', async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const url = await start({ OPERATIONS_PER_ADDRESS: '2' }, () => held);
    const answers = Array.from({ length: 3 }, () => send(url));
    const refused = await Promise.race(answers);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    const ofUser = ask<{ a: string }>(url, '{ a }', { token: await token() });
    letGo();
    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([
      200, 200, 429,
    ]);
    expect((await ofUser).data.a).toBe('here');
    expect((await send(url)).status).toBe(200);
  });
});
