import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { callerSigner } from '../../runtime/caller.ts';
import { openBrowser } from '../../testing/browser.ts';
import { eventually } from '../../testing/eventually.ts';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';
import { ana, operator, secrets, token, tokenOf } from '../../testing/tokens.ts';

let system: TestSystem;
let browser: Browser;
let queue: string;
beforeAll(async () => {
  system = await startTestSystem({ parts: ['scheduler'], homestays: 0 });
  queue = `${system.urls.scheduler}/queue`;
  browser = await openBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await system.stop();
});

/** So many requests in a second are more than a person makes. */
const unhurried = (ask: () => Promise<Response>): Promise<Response> =>
  eventually(async () => {
    const answer = await ask();
    return answer.status !== 429 && answer;
  });
const signIn = (jwt: string, headers = {}) =>
  unhurried(() =>
    fetch(`${queue}/sign-in`, {
      ...{ method: 'POST', headers, body: new URLSearchParams({ token: jwt }) },
    }),
  );
const askOnce = (path: string, cookie = '', method = 'GET') =>
  fetch(`${queue}${path}`, { method, headers: { cookie }, redirect: 'manual' });
const get = (...asked: Parameters<typeof askOnce>) => unhurried(() => askOnce(...asked));
const cookieOf = async (): Promise<string> =>
  ((await signIn(await tokenOf(operator))).headers.get('set-cookie') as string).split(';', 1)[0] ??
  '';

test.each([
  '',
  '/',
  '/api',
  '/assets/x.js',
  '/api/jobs/delete',
])('nobody who has not signed in gets %j', async (path) => {
  const answers = [
    await get(path),
    await get(path, 'queue=made.up.it'),
    await get(path, '', 'POST'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
});

test('a traveller may not sign in, nor whoever has a token that is not valid', async () => {
  const expired = await token({ sub: 'olga', roles: ['operator'], exp: 1 });
  const forged = await token({ roles: ['operator'], secret: 'x'.repeat(40) });
  const answers = await Promise.all([
    signIn(await tokenOf(ana)),
    ...[expired, forged, ''].map((jwt) => signIn(jwt)),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([403, 401, 401, 401]);
  expect(answers.map(({ headers }) => headers.get('set-cookie'))).toEqual([null, null, null, null]);
});

test("an operator's cookie is for this page alone, and a service's signature is none", async () => {
  const { headers } = await signIn(await tokenOf(operator), { 'x-forwarded-proto': 'https' });
  expect(headers.get('set-cookie')).toMatch(
    /^queue=[\w.-]+; Path=\/queue; Max-Age=3[56]\d\d; HttpOnly; SameSite=Strict; Secure$/,
  );
  expect(headers.get('set-cookie')).not.toContain(await tokenOf(operator));
  const sign = callerSigner(secrets.SERVICE_SECRET);
  const service = await sign({ service: 'order', roles: ['operator'] });
  const cookie = service.replace('Bearer ', 'queue=');
  expect((await get('/api', cookie)).status).toBe(401);
});

test('an operator sees the jobs, and can change none', async () => {
  const cookie = await cookieOf();
  const sweeps = await eventually(async () => {
    const answer = await get('/api?job=sweep-orders&limit=5', cookie);
    const { jobs } = (await answer.json()) as { jobs: { job: { name: string } }[] };
    return jobs.length > 0 && jobs;
  });
  expect(sweeps.map(({ job }) => job.name)).toEqual(['sweep-orders']);
  const changes = ['requeue', 'retry', 'delete', 'create', 'pause', 'resume'];
  for (const change of changes)
    expect((await get(`/api/jobs/${change}`, cookie, 'POST')).status).toBe(405);
  const page = await get('/', cookie);
  expect([page.status, page.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-anc/);
});

test('a browser signs in and shows the jobs, and loads nothing that is not allowed', async () => {
  const page = await browser.newPage();
  const wrong: string[] = [];
  page.on(
    'console',
    (message) => /Refused|Content Security/.test(message.text()) && wrong.push(message.text()),
  );
  await page.goto(queue);
  await page.getByLabel('Token').fill(await tokenOf(operator));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('sweep-orders').first().waitFor();
  expect(wrong).toEqual([]);
  await page.context().close();
});

test('whoever asks more often than a person does has to wait', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => askOnce('/')));
  expect(answers.map(({ status }) => status)).toContain(429);
});

test('there is no page where no setting says how tokens are verified', async () => {
  await system.scheduler.stop();
  await system.scheduler.start({ JWT_SECRET: '' });
  await eventually(async () => (await get('/')).status === 404);
  await system.scheduler.stop();
  const both = { JWKS_URL: 'https://id.example.com/keys' };
  await expect(system.scheduler.start(both)).rejects.toThrow('exactly one');
});
