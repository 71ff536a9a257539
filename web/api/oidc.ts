import { now } from './clock.ts';
import { renewalKey, session, signIn, signOut } from './session.ts';

/** A provider of OpenID Connect, as the gateway names it. */
export type Provider = { issuer: string; clientId: string; scope: string };
/** What is kept of a sign-in while the user is at the provider. */
type Begun = Provider & { state: string; verifier: string; tokenEndpoint: string; next: string };
/** What is kept to get the next token before the present one expires. */
type Renewal = { refreshToken: string; tokenEndpoint: string; clientId: string };

const begunKey = 'homestay-sign-in';
const renewBeforeMs = 30_000;
const askAgainMs = 5_000;

const asText = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const random = (): string => asText(crypto.getRandomValues(new Uint8Array(32)));

/**
 * Leaves for the provider's page (authorization code with PKCE, RFC 7636). It sends the user back
 * to this page, which then shows the route `next`.
 */
export async function beginSignIn(provider: Provider, next: string): Promise<void> {
  const base = provider.issuer.replace(/\/$/, '');
  const described = await (await fetch(`${base}/.well-known/openid-configuration`)).json();
  const [state, verifier] = [random(), random()];
  const begun: Begun = {
    ...provider,
    state,
    verifier,
    next,
    tokenEndpoint: described.token_endpoint,
  };
  sessionStorage.setItem(begunKey, JSON.stringify(begun));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const url = new URL(described.authorization_endpoint);
  const asked = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: here(),
    scope: provider.scope,
    state,
    code_challenge: asText(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url);
}

/**
 * Takes what the provider sent the user back with, and gets a token for it. Only the answer to a
 * sign-in that began in this tab counts.
 * @returns the route to show, or null if there is no token
 */
export async function finishSignIn(answer: URLSearchParams): Promise<string | null> {
  const begun = JSON.parse(sessionStorage.getItem(begunKey) ?? 'null') as Begun | null;
  sessionStorage.removeItem(begunKey);
  const code = answer.get('code');
  const issuer = answer.get('iss');
  if (!begun || !code || answer.get('state') !== begun.state) return null;
  if (issuer !== null && issuer !== begun.issuer) return null;
  const got = await askToken(begun, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: here(),
    code_verifier: begun.verifier,
  });
  return got === 'signed in' ? begun.next : null;
}

/**
 * Gets the next token before the present one expires, where the provider lets it. A provider that
 * does not answer is asked again; one that refuses ends the session.
 */
export function keepSignedIn(waitMs = 0): void {
  const renewal = JSON.parse(sessionStorage.getItem(renewalKey) ?? 'null') as Renewal | null;
  const current = session();
  if (!renewal || !current) return;
  setTimeout(
    async () => {
      if (session() !== current) return;
      const asked = { grant_type: 'refresh_token', refresh_token: renewal.refreshToken };
      const answer = await askToken(renewal, asked);
      if (session() !== current) return;
      if (answer === 'away') keepSignedIn(askAgainMs);
      if (answer === 'refused') signOut();
    },
    Math.max(waitMs, current.expires - now() - renewBeforeMs),
  );
}

async function askToken(
  { tokenEndpoint, clientId }: { tokenEndpoint: string; clientId: string },
  asked: Record<string, string>,
): Promise<'signed in' | 'refused' | 'away'> {
  const body = new URLSearchParams({ ...asked, client_id: clientId });
  const before = session();
  const response = await fetch(tokenEndpoint, { method: 'POST', body }).catch(() => undefined);
  if (!response || response.status === 429 || response.status >= 500) return 'away';
  if (!response.ok) return 'refused';
  const { access_token, refresh_token } = await response.json();
  // Who has signed out meanwhile stays signed out.
  if (session() !== before) return 'refused';
  signIn(access_token);
  if (refresh_token) {
    const renewal: Renewal = { refreshToken: refresh_token, tokenEndpoint, clientId };
    sessionStorage.setItem(renewalKey, JSON.stringify(renewal));
  }
  keepSignedIn();
  return session() ? 'signed in' : 'refused';
}

/** The page without its route: what the provider knows as the address to come back to. */
const here = (): string => location.origin + location.pathname;
