import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { signToken } from '../gateway/admission/sign-token.ts';
import { gatewaySettings } from '../gateway/settings.ts';
import { identityVerifier } from '../runtime/identity/identity.ts';
import { announceSystem, runningSystem, secretsOf } from './data-dir.ts';

const directory = mkdtempSync(join(tmpdir(), 'homestay-home-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('secrets are made once and kept for nobody else to read', () => {
  const first = secretsOf(directory, {});
  expect(secretsOf(directory, {})).toEqual(first);
  expect(first.JWT_SECRET).not.toBe(first.SERVICE_SECRET);
  expect(statSync(join(directory, 'secrets.json')).mode & 0o777).toBe(0o600);
});

test('a secret that is set is taken instead of the kept one', () => {
  const { JWT_SECRET, SERVICE_SECRET } = secretsOf(directory, {
    JWT_SECRET: 'set by hand, and long enough to be one',
  });
  expect(JWT_SECRET).toBe('set by hand, and long enough to be one');
  expect(SERVICE_SECRET).toBe(secretsOf(directory, {}).SERVICE_SECRET);
});

test('the gateway accepts a token', async () => {
  const { JWT_SECRET } = secretsOf(directory, {});
  const settings = gatewaySettings({ JWT_SECRET, SERVICE_SECRET: 's'.repeat(32) });
  const verify = identityVerifier(settings, pino({ level: 'silent' }));
  const identity = await verify(`Bearer ${await signToken({ JWT_SECRET }, 'anna', ['host'])}`);
  expect(identity).toMatchObject({ userId: 'anna', roles: ['host'] });
});

test('a running system is found until it stops', async () => {
  const system = { gatewayUrl: 'http://127.0.0.1:4000', mongodbUri: 'mongodb://127.0.0.1:1/' };
  expect(runningSystem(directory)).toBeUndefined();
  const takeBack = announceSystem(directory, system);
  expect(runningSystem(directory)).toEqual(system);
  await takeBack();
  expect(runningSystem(directory)).toBeUndefined();
});
