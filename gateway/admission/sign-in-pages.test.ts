import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startTestSystem } from '../../testing/gateway/small-system.ts';

/*
 * The settings and the token that a page of docs/sign-in shows, as they stand there. Only the
 * address of the keys is a local one.
 */
const read = (name: string) => {
  const page = readFileSync(new URL(`../../docs/sign-in/${name}.md`, import.meta.url), 'utf8');
  const block = (language: string) =>
    page.match(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms'))?.[1] ?? '';
  const settings = Object.fromEntries(
    block('sh')
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  ) as Record<string, string>;
  return { settings, claims: JSON.parse(block('json')) as Record<string, unknown> };
};

const kid = 'a key';
let pair: Awaited<ReturnType<typeof generateKeyPair>>;
const keys = createServer(async (_request, response) => {
  const jwk = { ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' };
  response.end(JSON.stringify({ keys: [jwk] }));
});
let keysUrl: string;
beforeAll(async () => {
  pair = await generateKeyPair('RS256', { extractable: true });
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  keysUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`;
});
afterAll(() => {
  keys.closeAllConnections();
  keys.close();
});

const sign = (claims: Record<string, unknown>, secret: string | undefined) => {
  const jwt = new SignJWT(claims).setExpirationTime('1h');
  return secret
    ? jwt.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret))
    : jwt.setProtectedHeader({ alg: 'RS256', kid }).sign(pair.privateKey);
};

/** Which claim tells for whom the token is: it is refused where that is another. */
const forWhom = { keycloak: 'azp', auth0: 'aud', cognito: 'client_id', wechat: 'aud' };

test.each(Object.entries(forWhom))('docs/sign-in/%s.md', async (name, claim) => {
  const { settings, claims } = read(name);
  const local: Record<string, string> = settings.JWKS_URL
    ? { JWT_SECRET: '', JWKS_URL: keysUrl }
    : {};
  const system = await startTestSystem({ ...settings, ...local });
  const statusOf = async (given: Record<string, unknown>) => {
    const token = await sign(given, settings.JWT_SECRET);
    return (await system.ask('{ homestay(id: "1") { id } }', { token })).status;
  };
  try {
    expect(await statusOf(claims)).toBe(200);
    expect(system.seen).toMatchObject([{ userId: claims.sub, roles: ['operator'] }]);
    expect(await statusOf({ ...claims, iss: 'https://elsewhere.example' })).toBe(401);
    expect(await statusOf({ ...claims, [claim]: 'elsewhere' })).toBe(401);
  } finally {
    await system.stop();
  }
});
