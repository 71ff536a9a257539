import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../../embedded/free-port.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import { eventually } from '../../testing/eventually.ts';
import { type OidcIssuer, startOidcIssuer } from '../../testing/oidc-issuer.ts';
import type { Web } from './pages.ts';

const clientId = 'storefront';

/** Signing in at an identity provider, as in production. */
export function signIn(web: Web): void {
  let issuer: OidcIssuer;
  let origin: string;
  let stop: Stop;
  beforeAll(async () => {
    const claims = { realm_access: { roles: ['host', 'offline_access'] } };
    // Tokens that are renewed four seconds after they were given, once the page has been read.
    issuer = await startOidcIssuer({ user: 'hana', claims, clientId, seconds: 34 });
    const PORT = `${await freePort()}`;
    origin = `http://127.0.0.1:${PORT}`;
    stop = await web.system.startCopy('gateway', {
      PORT,
      DEVELOPMENT_SIGN_IN: 'false',
      JWT_SECRET: undefined,
      JWKS_URL: `${issuer.url}/keys`,
      JWT_ISSUER: issuer.url,
      JWT_CLIENT_ID: clientId,
      JWT_ROLES_CLAIM: 'realm_access.roles',
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: clientId,
    });
  });
  afterAll(async () => {
    await stop?.();
    await issuer?.stop();
  });

  /** Signs in at the provider, by the link of a page that asks for it or by the one above it. */
  const signedIn = async (from: 'main' | 'banner') => {
    const visit = await web.visit(null, '#/hosting', { origin, mayAsk: [issuer.url] });
    await visit.page.getByRole(from).getByRole('link', { name: 'Sign in' }).click();
    await visit.page.getByRole('button', { name: 'Sign in' }).click();
    const token = () => visit.page.evaluate<string>("localStorage.getItem('homestay-session')");
    return { ...visit, token };
  };

  test.each([
    'main',
    'banner',
  ] as const)('at an identity provider brings the user back to the page, by the link in %s', async (from) => {
    const { page } = await signedIn(from);
    await page.getByRole('heading', { name: 'Hosting' }).waitFor();
    expect(page.url()).toBe(`${origin}/#/hosting`);
  });

  test('at an identity provider renews the token before it expires', async () => {
    const { page, problems, token } = await signedIn('main');
    await page.getByRole('heading', { name: 'Hosting' }).waitFor();
    await page.getByRole('link', { name: 'Lake house home-1', exact: true }).first().waitFor();
    const first = await token();
    await eventually(async () => (await token()) !== first);
    expect(await token()).toMatch(/^ey/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await token()).toBeNull();
    expect(problems).toEqual([]);
  });

  test('lasts while the provider is away when a token is to be renewed', async () => {
    const { page, token } = await signedIn('main');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    let away = 0;
    await page.route(
      `${issuer.url}/token`,
      (route) => {
        away += 1;
        return route.fulfill({ status: 503 });
      },
      { times: 1 },
    );
    await eventually(async () => away === 1);
    const first = await token();
    await eventually(async () => (await token()) !== first);
    expect(await token()).toMatch(/^ey/);
  });

  test('counts only where it began: a code that somebody slips in signs nobody in', async () => {
    const { page } = await web.visit(null, '?code=stolen&state=guessed', { origin });
    await page.getByText('Signing in did not work.').waitFor();
    expect(await page.evaluate("localStorage.getItem('homestay-session')")).toBeNull();
  });
}
