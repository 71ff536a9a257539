import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { identityVerifier } from '../../runtime/identity/identity.ts';
import { createLog } from '../../runtime/log.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  startTestSystem,
  type TestSystem,
  testSettings,
} from '../../testing/gateway/small-system.ts';
import { serve } from '../../testing/serve.ts';
import { secrets, type TokenClaims, token } from '../../testing/tokens.ts';

const query = '{ homestay(id: "1") { id } }';
const claims = { sub: 'ana', iss: 'homestay-booking', aud: 'homestay-api' };
const hour = 3_600;
const now = Math.floor(Date.now() / 1000);

describe('with a shared secret', () => {
  let system: TestSystem & { stop: () => Promise<void> };
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(() => system.stop());

  type Refused = [string, () => string | Promise<string>, string];
  const refused: Refused[] = [
    ['expired', () => token({ exp: now - hour }), 'The token has expired.'],
    ['forged', () => token({ secret: 'x'.repeat(32) }), 'The signature of the token is not valid.'],
    [
      'of `alg: none`',
      () => new UnsecuredJWT(claims).setExpirationTime('1h').encode(),
      'The token is signed in a way that is not accepted.',
    ],
    [
      'for another audience',
      () => token({ aud: 'elsewhere' }),
      'The token is for another audience.',
    ],
    ['from another issuer', () => token({ iss: 'somebody' }), 'The token is from another issuer.'],
    [
      'without a user',
      () => token({ sub: undefined }),
      'The token names no user: `sub` is missing.',
    ],
    [
      'of an empty user',
      () => token({ sub: '' }),
      'The token names no user: `sub` must be a visible text, not empty and not too long.',
    ],
    [
      'of a user that is an object',
      () => token({ sub: { $ne: null } }),
      'The token names no user: `sub` must be a visible text, not empty and not too long.',
    ],
    [
      'with roles that are no list',
      () => token({ roles: 'host' }),
      'The token is malformed: `roles` must be a list.',
    ],
    [
      'of a user whom nobody can see',
      () => token({ sub: ' \u200b' }),
      'The token names no user: `sub` must be a visible text, not empty and not too long.',
    ],
    ...(['\u200b', '\u202e', '\u2060', '\u3164', ' '] as const).map(
      (unseen): Refused => [
        `of a user with U+${unseen.codePointAt(0)?.toString(16)} that nobody can see`,
        () => token({ sub: `ana${unseen}` }),
        'The token names no user: `sub` must be a visible text, not empty and not too long.',
      ],
    ),
    [
      'of a user with a control character',
      () => token({ sub: 'ana\u0000' }),
      'The token names no user: `sub` must be a visible text, not empty and not too long.',
    ],
    [
      'of a user with half a character',
      () => token({ sub: 'ana\ud800' }),
      'The token names no user: `sub` must be a visible text, not empty and not too long.',
    ],
    [
      'that expires when time has ended',
      () => token({ exp: 1e300 }),
      'The token is malformed: its time of expiry is no time.',
    ],
    ['not valid yet', () => token({ nbf: now + hour }), 'The token is not valid yet.'],
    ['no token', () => 'nonsense', 'The token is malformed.'],
  ];
  test.each(refused)('a token that is %s is refused, saying so', async (_what, make, sentence) => {
    const { status, errors } = await system.ask(query, { token: await make() });
    expect({ status, errors }).toEqual({
      status: 401,
      errors: [{ message: sentence, extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test.each([
    'Basic YTpi',
    'Bearer',
    'Bearer a b',
  ])('the header `%s` is refused as malformed', async (authorization) => {
    const { status, errors } = await system.ask(query, { headers: { authorization } });
    expect([status, errors?.[0]?.message]).toEqual([401, expect.stringContaining('malformed')]);
  });

  test('401 names the scheme by which to sign in', async () => {
    const { status, headers } = await fetch(`${system.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer nonsense' },
      body: JSON.stringify({ query }),
    });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test('a token is refused once it has expired, though it was good before', async () => {
    const short = await token({ exp: Math.ceil(Date.now() / 1000) + 1 });
    expect((await system.ask(query, { token: short })).status).toBe(200);
    const until = Date.now() + 5_000;
    let status = 200;
    while (status === 200 && Date.now() < until)
      status = (await system.ask(query, { token: short })).status;
    expect(status).toBe(401);
  });
});

const callersOf = async (settings: Record<string, string>, given: TokenClaims) => {
  const system = await startTestSystem(settings);
  const { status, errors } = await system.ask(query, { token: await token(given) });
  await system.stop();
  return { status, message: errors?.[0]?.message, callers: system.seen };
};

test.each([
  ['the first', secrets.JWT_SECRET],
  ['the second', 'the old secret, long enough to be one'],
])('while a secret is changed, %s is believed', async (_which, secret) => {
  const JWT_SECRET = `${secrets.JWT_SECRET}|the old secret, long enough to be one`;
  expect((await callersOf({ JWT_SECRET }, { secret })).status).toBe(200);
});

test.each([
  ['realm_access.roles', { realm_access: { roles: ['host', 'king'] } }],
  ['https://homestay.example/roles', { 'https://homestay.example/roles': ['host'] }],
])('roles are read from the claim %s', async (JWT_ROLES_CLAIM, claims) => {
  const { callers } = await callersOf({ JWT_ROLES_CLAIM }, claims);
  expect(callers).toMatchObject([{ userId: 'ana', roles: ['host'] }]);
});

test.each([
  ['an address', { email: 'ana@example.org' }, 'ana@example.org'],
  ['a verified one', { email: 'ana@example.org', email_verified: true }, 'ana@example.org'],
  ['one that is not verified', { email: 'ana@example.org', email_verified: false }, undefined],
  ['one that Cognito calls so', { email: 'ana@example.org', email_verified: 'false' }, undefined],
  ['two', { email: 'ana@example.org,ben@example.org' }, undefined],
  ['a line of a mail', { email: 'ana@example.org\r\nBcc: ben@example.org' }, undefined],
  ['something else', { email: ['ana@example.org'] }, undefined],
])('a token with %s for mail', async (_what, claims, email) => {
  const { status, callers } = await callersOf({}, claims);
  expect([status, callers.map((caller) => caller.email)]).toEqual([200, [email]]);
});

test('an address for mail is read from the claim of the settings', async () => {
  const claims = { email: 'no@example.org', 'https://homestay.example/email': 'ana@example.org' };
  const settings = { JWT_EMAIL_CLAIM: 'https://homestay.example/email' };
  const { callers } = await callersOf(settings, claims);
  expect(callers).toMatchObject([{ email: 'ana@example.org' }]);
});

test.each([
  ['scope', { scope: 'orders:read orders:write' }],
  ['scp', { scp: ['orders:read', 'orders:write'] }],
])('scopes are read from `%s` and passed on', async (_claim, claims) => {
  const { callers } = await callersOf({}, claims);
  expect(callers).toMatchObject([{ scopes: ['orders:read', 'orders:write'] }]);
});

test('a token of a client id, without an audience, is believed where the settings say so', async () => {
  const settings = { JWT_AUDIENCE: 'off', JWT_CLIENT_ID: 'app-1, app-2' };
  const claims = { aud: undefined, client_id: 'app-2' };
  expect((await callersOf(settings, claims)).status).toBe(200);
  const other = await callersOf(settings, { ...claims, client_id: 'app-3' });
  expect([other.status, other.message]).toEqual([401, 'The token is for another client.']);
});

/** Serves public keys. */
async function startKeys(...keys: object[]) {
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/keys`, stop };
}

describe('with public keys at several addresses', () => {
  const pair = async (kid: string) => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const keys = await startKeys({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' });
    const sign = (iss: string) =>
      new SignJWT({ ...claims, iss })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setExpirationTime('1h')
        .sign(privateKey);
    return { ...keys, sign };
  };

  test('each issuer signs with its own keys alone', async () => {
    const [one, two] = await Promise.all([pair('one'), pair('two')]);
    const system = await startTestSystem({
      JWT_SECRET: '',
      JWKS_URL: `${one.url},${two.url}`,
      JWT_ISSUER: 'hosts,travellers',
    });
    const statusOf = async (signed: Promise<string>) =>
      (await system.ask(query, { token: await signed })).status;
    expect(await statusOf(one.sign('hosts'))).toBe(200);
    expect(await statusOf(two.sign('travellers'))).toBe(200);
    expect(await statusOf(one.sign('travellers'))).toBe(401);
    expect(await statusOf(two.sign('strangers'))).toBe(401);
    await system.stop();
    one.stop();
    two.stop();
  });

  test('one issuer may have keys at each', async () => {
    const [one, two] = await Promise.all([pair('one'), pair('two')]);
    const JWKS_URL = `${one.url},${two.url}`;
    const system = await startTestSystem({ JWT_SECRET: '', JWKS_URL });
    for (const { sign } of [one, two])
      expect((await system.ask(query, { token: await sign(claims.iss) })).status).toBe(200);
    await system.stop();
    one.stop();
    two.stop();
  });
});

test('a token signed by a key that is too short is refused, and is no fault of ours', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const keys = await startKeys({
    ...publicKey.export({ format: 'jwk' }),
    kid: 'short',
    alg: 'RS256',
  });
  const system = await startTestSystem({ JWT_SECRET: '', JWKS_URL: keys.url });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', kid: 'short' })}.${part({ ...claims, exp: now + hour })}`;
  const signature = createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url');
  const { status, errors } = await system.ask(query, { token: `${text}.${signature}` });
  expect([status, errors?.[0]?.message]).toEqual([
    401,
    'The token is signed by a key that is not accepted.',
  ]);
  await system.stop();
  keys.stop();
});

test('a token that was good is refused ten minutes after its key was withdrawn', async () => {
  const [old, next] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
  const keyOf = async ({ publicKey }: typeof old, kid: string) => ({
    ...(await exportJWK(publicKey)),
    ...{ kid, alg: 'ES256' },
  });
  const keys = [await keyOf(old, 'old')];
  const server = await serve((_, response) => response.end(JSON.stringify({ keys })));
  const identify = identityVerifier(
    testSettings({ JWT_SECRET: '', JWKS_URL: server.url }),
    createLog('test', 'silent'),
  );
  const signed = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'old' })
    .setExpirationTime('1h')
    .sign(old.privateKey);
  expect(await identify(`Bearer ${signed}`)).toMatchObject({ userId: 'ana' });
  keys.splice(0, 1, await keyOf(next, 'next'));
  const [clock, watch] = [Date.now(), performance.now()];
  const later = (ms: number) => [
    jest.spyOn(Date, 'now').mockReturnValue(clock + ms),
    jest.spyOn(performance, 'now').mockReturnValue(watch + ms),
  ];
  const spies = later(599_000);
  try {
    expect(await identify(`Bearer ${signed}`)).toMatchObject({ userId: 'ana' });
    later(605_000);
    // The cache reads the clock once in a millisecond.
    await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(identify(`Bearer ${signed}`)).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  } finally {
    for (const spy of spies) spy.mockRestore();
    await server.stop();
  }
});

describe('while the keys of an issuer cannot be read', () => {
  const keyId = 'old';
  const outage = async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = [{ ...(await exportJWK(publicKey)), kid: keyId, alg: 'ES256' }];
    let asked = 0;
    let status = 200;
    const server = await serve((_, response) => {
      asked += 1;
      if (status !== 200) response.writeHead(status).end();
      else response.end(JSON.stringify({ keys }));
    });
    const lines: { level: number; msg: string }[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const metrics = new Registry();
    const identify = identityVerifier(
      testSettings({ JWT_SECRET: '', JWKS_URL: server.url }),
      log,
      metrics,
    );
    const sign = (kid: string, jti: string) =>
      new SignJWT({ ...claims, jti })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setExpirationTime('1d')
        .sign(privateKey);
    const signed = new Map<string, string>();
    const [clock, watch] = [Date.now(), performance.now()];
    return {
      identify: async (kid = keyId, jti = `${Math.random()}`) => {
        const token = signed.get(jti) ?? (await sign(kid, jti));
        signed.set(jti, token);
        return identify(`Bearer ${token}`);
      },
      away: (now: boolean, by = 503) => {
        status = now ? by : 200;
      },
      keyTwice: () => keys.push(...keys),
      asked: () => asked,
      lines,
      seconds: async () =>
        (await metrics.getSingleMetric('token_keys_unreadable_seconds')?.get())?.values[0]?.value,
      at: (hours: number) => {
        jest.spyOn(Date, 'now').mockReturnValue(clock + hours * 3_600_000);
        jest.spyOn(performance, 'now').mockReturnValue(watch + hours * 3_600_000);
      },
      stop: server.stop,
    };
  };
  let issuer: Awaited<ReturnType<typeof outage>>;
  beforeEach(async () => {
    issuer = await outage();
    expect(await issuer.identify()).toMatchObject({ userId: 'ana' });
    issuer.away(true);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await issuer.stop();
  });
  const unavailable = { extensions: { code: 'SERVICE_UNAVAILABLE' } };

  test('those that were read last hold for hours, and the outage is told once', async () => {
    expect(await issuer.seconds()).toBe(0);
    issuer.at(1);
    expect(await issuer.identify()).toMatchObject({ userId: 'ana' });
    issuer.at(5);
    expect(await issuer.identify()).toMatchObject({ userId: 'ana' });
    expect(issuer.lines.map(({ level }) => level)).toEqual([40]);
    expect(await issuer.seconds()).toBe(4 * hour);

    issuer.away(false);
    issuer.at(5.5);
    expect(await issuer.identify()).toMatchObject({ userId: 'ana' });
    expect(issuer.lines.map(({ level }) => level)).toEqual([40, 30]);
    expect(await issuer.seconds()).toBe(0);
  });

  test('they are not believed for ever', async () => {
    issuer.at(7);
    await expect(issuer.identify()).rejects.toMatchObject(unavailable);
  });

  test('nothing is believed by them longer than six hours, also what is remembered', async () => {
    const oldest = async () => {
      // The cache reads the clock once in a millisecond.
      await new Promise((resolve) => setTimeout(resolve, 10));
      return issuer.identify(keyId, 'oldest');
    };
    issuer.at(5 + 49.5 / 60);
    expect(await oldest()).toMatchObject({ userId: 'ana' });
    issuer.at(5 + 59 / 60);
    expect(await oldest()).toMatchObject({ userId: 'ana' });
    await expect(issuer.identify()).rejects.toMatchObject(unavailable);
    issuer.at(6 + 5 / 60);
    await expect(oldest()).rejects.toMatchObject(unavailable);
    await expect(issuer.identify()).rejects.toMatchObject(unavailable);
    expect(issuer.lines.map(({ msg }) => msg)).toEqual([
      'the keys of users’ tokens cannot be read; the last ones hold',
      'the keys of users’ tokens cannot be read; none are believed',
    ]);
  });

  test('keys that share their `kid` are not believed longer either', async () => {
    issuer.keyTwice();
    issuer.away(false);
    issuer.at(0.2);
    expect(await issuer.identify()).toMatchObject({ userId: 'ana' });
    issuer.away(true);
    issuer.at(0.2 + 5 + 49.5 / 60);
    expect(await issuer.identify()).toMatchObject({ userId: 'ana' });
    issuer.at(0.2 + 5 + 59 / 60);
    await expect(issuer.identify()).rejects.toMatchObject(unavailable);
  });

  test.each([404, 410, 403])('status %i ends the belief', async (status) => {
    issuer.away(true, status);
    issuer.at(1);
    await expect(issuer.identify()).rejects.toMatchObject(unavailable);
    expect(issuer.lines.map(({ msg }) => msg)).toEqual([
      'the keys of users’ tokens cannot be read; none are believed',
    ]);
  });

  test.each([429, 408, 500])('status %i is an outage', async (status) => {
    issuer.away(true, status);
    issuer.at(1);
    expect(await issuer.identify()).toMatchObject({ userId: 'ana' });
  });

  test('that it is over is seen though nobody new signs in', async () => {
    issuer.at(1);
    await issuer.identify();
    issuer.away(false);
    issuer.at(1 + 20 / hour);
    const asked = issuer.asked();
    expect([await issuer.seconds(), issuer.asked()]).toEqual([20, asked]);
    issuer.at(1 + 40 / hour);
    expect(await issuer.seconds()).toBe(40);
    await eventually(async () => (await issuer.seconds()) === 0);
    expect(issuer.asked()).toBe(asked + 1);
  });

  test('a token by a key that is not among them may be good: it is asked for, at times', async () => {
    issuer.at(0.1);
    await expect(issuer.identify('new')).rejects.toMatchObject(unavailable);
    const asked = issuer.asked();
    expect(asked).toBe(2);
    await expect(issuer.identify('newer')).rejects.toMatchObject(unavailable);
    expect(issuer.asked()).toBe(asked);
    expect(issuer.lines).toHaveLength(1);

    issuer.away(false);
    issuer.at(0.2);
    await expect(issuer.identify('new')).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });
});

describe('with public keys at an address', () => {
  test('a token signed with one of the keys is good; one signed with HS256 and the public key is forged', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
    const keys = createServer((_request, response) =>
      response.end(JSON.stringify({ keys: [jwk] })),
    );
    await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
    const { port } = keys.address() as { port: number };
    const system = await startTestSystem({
      JWT_SECRET: '',
      JWKS_URL: `http://127.0.0.1:${port}/keys`,
    });

    const sign = (alg: string, key: CryptoKey | Uint8Array) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid: 'one' }).setExpirationTime('1h').sign(key);
    expect((await system.ask(query, { token: await sign('ES256', privateKey) })).status).toBe(200);
    const forged = await sign('HS256', new TextEncoder().encode(JSON.stringify(jwk)));
    const { status, errors } = await system.ask(query, { token: forged });
    expect([status, errors?.[0]?.message]).toEqual([
      401,
      'The token is signed in a way that is not accepted.',
    ]);

    await system.stop();
    keys.closeAllConnections();
    keys.close();
  });

  /** Who is verified by keys of one set, told apart by no `kid` of their own, and how. */
  const verifiedBy = async (kid: string | undefined, many: number) => {
    const pairs = await Promise.all(Array.from({ length: many }, () => generateKeyPair('ES256')));
    const named = kid === undefined ? {} : { kid };
    const jwks = pairs.map(async ({ publicKey }) => ({
      ...(await exportJWK(publicKey)),
      ...named,
    }));
    const keys = await startKeys(...(await Promise.all(jwks)));
    const settings = testSettings({ JWT_SECRET: '', JWKS_URL: keys.url });
    const identify = identityVerifier(settings, createLog('test', 'silent'));
    const bearer = async ({ privateKey } = pairs.at(-1) as (typeof pairs)[number]) => {
      const token = new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...named });
      return identify(`Bearer ${await token.setExpirationTime('1h').sign(privateKey)}`);
    };
    return { bearer, stop: keys.stop };
  };

  test.each([
    ['have one `kid`', 'same'],
    ['have none', undefined],
  ])('of several keys that %s each is tried', async (_which, kid) => {
    const { bearer, stop } = await verifiedBy(kid, 2);
    expect(await bearer()).toMatchObject({ userId: 'ana' });
    await expect(bearer(await generateKeyPair('ES256'))).rejects.toMatchObject({
      message: 'The signature of the token is not valid.',
    });
    stop();
  });

  test('so many keys are not tried that a token of a stranger would be dear', async () => {
    const { bearer, stop } = await verifiedBy(undefined, 9);
    await expect(bearer()).rejects.toMatchObject({
      message: expect.stringContaining('by which of many keys'),
      extensions: { code: 'UNAUTHENTICATED' },
    });
    stop();
  });

  test('keys that cannot be had are our fault, not the token’s', async () => {
    const system = await startTestSystem({ JWT_SECRET: '', JWKS_URL: 'http://127.0.0.1:1/keys' });
    const { status, errors } = await system.ask(query, { token: await token() });
    expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    const { privateKey } = await generateKeyPair('ES256');
    const good = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime('1h')
      .sign(privateKey);
    const answer = await system.ask(query, { token: good });
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([
      503,
      'SERVICE_UNAVAILABLE',
    ]);
    await system.stop();
  });
});
