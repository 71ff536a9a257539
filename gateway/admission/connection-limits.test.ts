import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { connectionLimits } from './connection-limits.ts';

const limits = (TRUSTED_PROXIES = 0) =>
  connectionLimits({
    SUBSCRIPTION_CONNECTIONS: 4,
    SUBSCRIPTION_CONNECTIONS_PER_USER: 2,
    SUBSCRIPTION_CONNECTIONS_PER_ADDRESS: 1,
    TRUSTED_PROXIES,
  });
const from = (remoteAddress: string, headers = {}) =>
  ({ headers, socket: { remoteAddress } }) as IncomingMessage;
const user = (userId: string) => ({ userId, roles: [], expiresAt: new Date() });

test('a user is counted by name, from whatever address', () => {
  const { take } = limits();
  const first = take(from('1.1.1.1'), user('ana'));
  take(from('2.2.2.2'), user('ana'));
  expect(() => take(from('3.3.3.3'), user('ana'))).toThrow('for one user');
  take(from('1.1.1.1'), user('li'));
  first();
  take(from('3.3.3.3'), user('ana'));
});

test('those without a token are counted by address, apart from users', () => {
  const { take } = limits();
  const first = take(from('1.1.1.1'), undefined);
  expect(() => take(from('1.1.1.1'), undefined)).toThrow('from one address');
  take(from('1.1.1.1'), user('ana'));
  first();
  take(from('1.1.1.1'), undefined);
});

test('behind a proxy the address is what that says', () => {
  const { take } = limits(1);
  const through = (address: string) => from('9.9.9.9', { 'x-forwarded-for': address });
  take(through('1.1.1.1'), undefined);
  expect(() => take(through('1.1.1.1'), undefined)).toThrow('from one address');
  take(through('2.2.2.2'), undefined);
});

test('a place that the whole has no room for is not taken from its user either', () => {
  const { take } = limits();
  const releases = ['1', '2', '3', '4'].map((name) => take(from('1.1.1.1'), user(name)));
  for (let tries = 0; tries < 3; tries += 1)
    expect(() => take(from('1.1.1.1'), user('ana'))).toThrow('Too many connections are open. Try');
  releases[0]?.();
  take(from('1.1.1.1'), user('ana'));
});
