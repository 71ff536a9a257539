import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../runtime/log.ts';
import { migrateTestDatabases, testDatabasePrefix, testMongoUri } from '../testing/database.ts';
import { secrets } from '../testing/tokens.ts';
import { startSandbox } from './server.ts';
import { sandboxSettings } from './settings.ts';

const lines: string[] = [];
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  const DATABASE_PREFIX = testDatabasePrefix();
  await migrateTestDatabases(DATABASE_PREFIX);
  const settings = sandboxSettings.parse({
    ...secrets,
    SANDBOX_PORT: '0',
    MONGODB_URI: testMongoUri(),
    DATABASE_PREFIX,
  });
  const log = createLog('test', 'error', { write: (line) => void lines.push(line) });
  sandbox = await startSandbox(settings, log);
});
afterAll(() => sandbox.stop());

test('without the setting for it, nobody makes trouble or settles payments', async () => {
  for (const path of ['behaviour', 'payments/PMT1/settle']) {
    const url = `${sandbox.url}/test/${path}`;
    const { status } = await fetch(url, { method: 'POST', body: '{"down":true}' });
    expect([path, status]).toEqual([path, 404]);
  }
});

test('a body that is too large is the mistake of who sends it', async () => {
  const body = JSON.stringify({ text: 'x'.repeat(200_000) });
  const { status } = await fetch(`${sandbox.url}/v1/payments`, { method: 'POST', body });
  expect([status, lines]).toEqual([413, []]);
});

test('its page shows itself in no other page, and tells none where it was', async () => {
  const { headers } = await fetch(`${sandbox.url}/pay/unknown`);
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('referrer-policy')).toBe('no-referrer');
});
