import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { startTestSystem, type TestSystem } from '../../testing/gateway/small-system.ts';
import { token } from '../../testing/tokens.ts';

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

  const refused: [string, () => string | Promise<string>, string][] = [
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
      'The token names no user: `sub` must be a text, not empty and not too long.',
    ],
    [
      'of a user that is an object',
      () => token({ sub: { $ne: null } }),
      'The token names no user: `sub` must be a text, not empty and not too long.',
    ],
    [
      'with roles that are no list',
      () => token({ roles: 'host' }),
      'The token is malformed: `roles` must be a list.',
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

  test('a token that does not say by which of several keys it is signed is refused', async () => {
    const pairs = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
    const jwks = await Promise.all(
      pairs.map(async ({ publicKey }) => ({ ...(await exportJWK(publicKey)), alg: 'ES256' })),
    );
    const keys = createServer((_request, response) => response.end(JSON.stringify({ keys: jwks })));
    await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
    const { port } = keys.address() as { port: number };
    const system = await startTestSystem({
      JWT_SECRET: '',
      JWKS_URL: `http://127.0.0.1:${port}/keys`,
    });

    const nameless = new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime('1h');
    const { status, errors } = await system.ask(query, {
      token: await nameless.sign(pairs[0]?.privateKey as CryptoKey),
    });
    expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(errors?.[0]?.message).toContain('`kid` is missing');

    await system.stop();
    keys.closeAllConnections();
    keys.close();
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
