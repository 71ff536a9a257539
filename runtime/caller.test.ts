import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { type Caller, callerSigner, callerVerifier, onlyService, signedInUser } from './caller.ts';

const secret = 'a secret of the tests, for the services';
const sign = callerSigner(secret);
const verify = callerVerifier(secret);
const an: Caller = { service: 'gateway', userId: 'traveller-an', roles: ['host'] };
afterEach(() => void jest.useRealTimers());

test.each<Caller>([
  an,
  { service: 'scheduler', roles: [] },
])('%j is believed as it was signed', async (caller) => {
  expect(await verify(await sign(caller))).toEqual(caller);
});

test('a caller is never taken for another', async () => {
  const signed = await Promise.all([
    sign(an),
    sign({ ...an, roles: [] }),
    sign({ ...an, userId: 'bo' }),
    sign(an),
  ]);
  expect(new Set(signed).size).toBe(3);
});

test('a signature is good for a minute, also to one that has seen it before', async () => {
  jest.useFakeTimers({
    now: new Date('2026-12-01T04:00:00.000Z'),
    doNotFake: ['nextTick', 'queueMicrotask'],
  });
  const signed = await callerSigner(secret)(an);
  jest.setSystemTime(new Date('2026-12-01T04:00:59.000Z'));
  expect(await verify(signed)).toEqual(an);
  jest.setSystemTime(new Date('2026-12-01T04:01:00.000Z'));
  await expect(verify(signed)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
});

describe('nobody is believed', () => {
  const claims = { service: 'gateway', roles: [], sub: 'traveller-an', aud: 'homestay-services' };
  const signedBy = (key: string, given: object = {}, alg = 'HS256') => {
    const token = new SignJWT({ ...claims, ...given })
      .setProtectedHeader({ alg })
      .setExpirationTime('1m');
    return token.sign(new TextEncoder().encode(key));
  };
  const forgeries: [string, () => string | Promise<string>][] = [
    ['of another secret', () => signedBy('a secret of somebody else, long enough')],
    ['for another audience, such as a user’s', () => signedBy(secret, { aud: 'homestay-api' })],
    ['in another way', () => signedBy(secret, {}, 'HS512')],
    ['in no way', () => new UnsecuredJWT(claims).setExpirationTime('1m').encode()],
    ['without saying who', () => signedBy(secret, { service: undefined })],
  ];
  test.each(forgeries)('signed %s', async (_how, make) => {
    await expect(verify(`Bearer ${await make()}`)).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  test.each([undefined, '', 'Bearer ', 'Basic YTpi'])('with the header %j', async (header) => {
    await expect(verify(header)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });
});

test('what is for some services is for them alone', () => {
  const asked = (caller: Caller) => () => onlyService(caller, 'payment', 'scheduler');
  for (const service of ['payment', 'scheduler'] as const)
    expect(asked({ service, roles: [] })).not.toThrow();
  for (const service of ['gateway', 'travel', 'order'] as const) {
    expect(asked({ ...an, service, roles: ['operator'] })).toThrow('Only our own services');
  }
});

test('where a user is needed, a service that speaks for none is told to sign in', () => {
  expect(signedInUser(an)).toBe('traveller-an');
  expect(() => signedInUser({ service: 'gateway', roles: [] })).toThrow('Sign in first');
});
