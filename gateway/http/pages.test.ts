import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get as getAsWritten } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'undici';
import { openBrowser } from '../../testing/browser.ts';
import { ask } from '../../testing/client.ts';
import { startTestGateway, testSettings } from '../../testing/gateway/small-system.ts';

const parent = mkdtempSync(join(tmpdir(), 'homestay-pages-'));
const folder = join(parent, 'pages');
mkdirSync(join(folder, 'assets'), { recursive: true });
writeFileSync(join(parent, 'other.js'), 'console.log("not for everybody")');
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Pages</title>');
writeFileSync(join(folder, 'assets', 'main-1.js'), 'console.log(1)');

let gateway: Awaited<ReturnType<typeof startTestGateway>>;
beforeAll(async () => {
  gateway = await startTestGateway({ WEB_DIR: folder, DEVELOPMENT_SIGN_IN: 'true' });
});
afterAll(async () => {
  await gateway?.stop();
  rmSync(parent, { recursive: true });
});

const get = async (path: string, headers = {}) => {
  const {
    statusCode,
    headers: answered,
    body,
  } = await request(`${gateway.url}${path}`, { headers });
  return { status: statusCode, headers: answered, text: await body.text() };
};

describe('web pages', () => {
  test('are at /, asked again each time, and may load nothing from other hosts', async () => {
    const { status, headers, text } = await get('/');
    expect([status, text]).toEqual([200, '<!doctype html><title>Pages</title>']);
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect((await get('/', { 'if-none-match': headers.etag })).status).toBe(304);
  });
  test('keep what has a hash in its name', async () => {
    const { headers } = await get('/assets/main-1.js', { 'accept-encoding': 'gzip' });
    expect(headers['cache-control']).toContain('immutable');
    expect(headers['content-encoding']).toBe('gzip');
  });
  test.each([
    '/../other.js',
    '/assets/../../other.js',
    '/%2e%2e/other.js',
    '/nothing',
    '/assets/',
  ])('do not serve %s', async (path) => {
    // Other clients take what leads up out of a path before they send it.
    const { hostname: host, port } = new URL(gateway.url);
    const status = await new Promise((resolve, reject) => {
      const asked = getAsWritten({ host, port, path }, (response) => {
        resolve(response.resume().statusCode);
      });
      asked.on('error', reject);
    });
    expect(status).toBe(404);
  });
});

test('GraphiQL has a tab for each step of a traveller, in less than a megabyte', async () => {
  const headers = { accept: 'text/html', 'accept-encoding': 'gzip' };
  const { body } = await request(`${gateway.url}/graphql`, { headers });
  const packed = Buffer.from(await body.arrayBuffer());
  expect(packed.length).toBeLessThan(1_000_000);
  const html = gunzipSync(packed).toString();
  const steps = ['HomePage', 'HomestayPage', 'QuoteStay', 'PlaceOrder', 'PayOrder', 'OrderLive'];
  const shown = /"defaultTabs":(\[.*?\])\}/s.exec(html)?.[1] as string;
  const tabs = JSON.parse(shown) as { query: string; variables: string }[];
  expect(tabs.map(({ query }) => /(?:query|mutation|subscription) (\w+)/.exec(query)?.[1])).toEqual(
    steps,
  );
  expect(JSON.parse(tabs.at(-1)?.variables as string)).toEqual({ sn: null });
});

test('GraphiQL asks for the schema in a browser, under a policy that lets only its own scripts run', async () => {
  const browser = await openBrowser();
  const page = await browser.newPage();
  const refused: string[] = [];
  page.on('console', (line) => {
    if (/content security policy/i.test(line.text())) refused.push(line.text());
  });
  const asked = page.waitForResponse((one) => one.request().method() === 'POST');
  const response = await page.goto(`${gateway.url}/graphql`);
  expect(response?.headers()['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'sha/,
  );
  expect((await asked).status()).toBe(200);
  await page.waitForSelector('.graphiql-container');
  await page.evaluate(
    "document.body.append(Object.assign(document.createElement('script'), { text: 'window.mine = 1' }))",
  );
  expect(await page.evaluate('window.mine')).toBeUndefined();
  expect(refused).toHaveLength(1);
  await browser.close();
});

describe('signing in for development', () => {
  const signIn = async (body: string, type = 'application/json') => {
    const { statusCode, body: answer } = await request(`${gateway.url}/sign-in/development`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    return { status: statusCode, answer: (await answer.json()) as { token?: string } };
  };
  test('gives a token of the user that is chosen', async () => {
    const { answer } = await signIn('{"id":"anna"}');
    const { data } = await ask<{ __typename: string }>(gateway.url, '{ __typename }', {
      token: answer.token ?? '',
    });
    expect(data.__typename).toBe('Query');
  });
  test.each([
    ['{"id":""}', 'application/json'],
    ['{"id":"anna","roles":["king"]}', 'application/json'],
    ['not json', 'application/json'],
    ['{"id":"anna"}', 'text/plain'],
  ])('refuses %s as %s', async (body, type) => {
    expect((await signIn(body, type)).status).toBe(400);
  });
  test('is not there unless it is asked for', async () => {
    const without = await startTestGateway();
    const { statusCode, body } = await request(`${without.url}/sign-in/development`);
    await body.dump();
    await without.stop();
    expect(statusCode).toBe(404);
  });
  test('needs the shared secret', () => {
    const given = { JWT_SECRET: '', JWKS_URL: 'http://localhost:1', DEVELOPMENT_SIGN_IN: 'true' };
    expect(() => testSettings(given)).toThrow('DEVELOPMENT_SIGN_IN: needs JWT_SECRET');
  });
});
