import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { type Caller, callerSigner, callerVerifier, signedInUser } from './caller.ts';

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

describe('F13: clocks may differ by two minutes either way', () => {
  const now = Date.parse('2026-12-01T04:00:00.000Z');
  const at = (ms: number) =>
    jest.useFakeTimers({ now: ms, doNotFake: ['nextTick', 'queueMicrotask'] });

  test.each([
    ['as fast', 0, 0],
    ['two minutes ahead', 120, 120],
    ['two minutes behind', -120, -90],
    ['two minutes behind, with a signature that has served for its half minute', -150, -120],
  ])('the signature of a clock that is %s is believed', async (_title, ahead, told) => {
    at(now + ahead * 1000);
    const signed = await callerSigner(secret)(an);
    at(now);
    const skews: unknown[] = [];
    const verifier = callerVerifier(secret, (...skew) => skews.push(skew));
    expect(await verifier(signed)).toEqual(an);
    expect(skews).toEqual([['gateway', told]]);
  });

  test.each([
    ['ahead of', 121, 'The clock of gateway is 121 s ahead of ours'],
    ['behind', -181, 'The clock of gateway is 151 s behind ours'],
  ])('one that is further %s ours is refused, and the refusal says by how much', async (_way, ahead, message) => {
    at(now + ahead * 1000);
    const signed = await callerSigner(secret)(an);
    at(now);
    await expect(callerVerifier(secret)(signed)).rejects.toThrow(message);
  });

  test('a signature ends with its life and the tolerance, also for one who has seen it before', async () => {
    at(now);
    const signed = await callerSigner(secret)(an);
    const verifier = callerVerifier(secret);
    expect(await verifier(signed)).toEqual(an);
    at(now + 181_000);
    await expect(verifier(signed)).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });
});

describe('a secret can be changed while services run', () => {
  const next = 'the next secret of the tests, for the services';
  test.each([
    ['the old one', secret],
    ['the new one', next],
  ])('one who knows both believes %s', async (_which, signedWith) => {
    const signed = await callerSigner(signedWith)(an);
    expect(await callerVerifier([next, secret])(signed)).toEqual(an);
  });

  test('one who knows both signs with the first', async () => {
    const signed = await callerSigner([next, secret])(an);
    expect(await callerVerifier(next)(signed)).toEqual(an);
    await expect(callerVerifier(secret)(signed)).rejects.toThrow('is not valid');
  });
});

describe('a caller is refused', () => {
  const claims = { service: 'gateway', roles: [], sub: 'traveller-an', aud: 'homestay-services' };
  const signedBy = (key: string, given: object = {}, alg = 'HS256') => {
    const token = new SignJWT({ ...claims, ...given })
      .setProtectedHeader({ alg })
      .setIssuedAt()
      .setExpirationTime('1m');
    return token.sign(new TextEncoder().encode(key));
  };
  const forgeries: [string, () => string | Promise<string>][] = [
    ['of another secret', () => signedBy('a secret of somebody else, long enough')],
    ['for another audience, such as a user’s', () => signedBy(secret, { aud: 'homestay-api' })],
    ['in another way', () => signedBy(secret, {}, 'HS512')],
    ['in no way', () => new UnsecuredJWT(claims).setIssuedAt().setExpirationTime('1m').encode()],
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

test('where a user is needed, a service without one gets UNAUTHENTICATED', () => {
  expect(signedInUser(an)).toBe('traveller-an');
  expect(() => signedInUser({ service: 'gateway', roles: [] })).toThrow('Sign in first');
});
