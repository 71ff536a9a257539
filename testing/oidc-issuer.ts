import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Stop } from '../runtime/lifecycle.ts';
import { type Answered, type Asked, listen } from './listen.ts';

type Begun = { challenge: string; redirectUri: string; clientId: string };
export type OidcIssuer = { url: string; stop: Stop };

/** What the provider says of its user. */
export type IssuerOptions = {
  user: string;
  claims?: Record<string, unknown>;
  clientId: string;
  /** How long its tokens are valid. */
  seconds?: number;
};

/**
 * An identity provider on this machine (OpenID Connect, authorization code with PKCE and refresh
 * tokens), where one user is always signed in. It takes each code once, and only with the verifier
 * that belongs to it.
 */
export async function startOidcIssuer(options: IssuerOptions): Promise<OidcIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }];
  const codes = new Map<string, Begun>();
  const refreshTokens = new Set<string>();
  let url = '';

  const tokens = async () => {
    const access_token = await new SignJWT({ ...options.claims, azp: options.clientId })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setSubject(options.user)
      .setIssuer(url)
      .setAudience('homestay-api')
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1_000) + (options.seconds ?? 300))
      .sign(privateKey);
    const refresh_token = randomUUID();
    refreshTokens.add(refresh_token);
    return { access_token, refresh_token, token_type: 'Bearer' };
  };

  const isGranted = (form: URLSearchParams): boolean => {
    if (form.get('grant_type') === 'refresh_token')
      return refreshTokens.delete(form.get('refresh_token') ?? '');
    const code = form.get('code') ?? '';
    const begun = codes.get(code);
    codes.delete(code);
    const verified = createHash('sha256').update(form.get('code_verifier') ?? '');
    return (
      begun?.challenge === verified.digest('base64url') &&
      begun.redirectUri === form.get('redirect_uri') &&
      begun.clientId === form.get('client_id')
    );
  };

  /** Where the user comes back to. */
  const authorize = (query: URLSearchParams): string => {
    const code = randomUUID();
    const redirectUri = query.get('redirect_uri') ?? '';
    codes.set(code, {
      challenge: query.get('code_challenge') ?? '',
      redirectUri,
      clientId: query.get('client_id') ?? '',
    });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    back.searchParams.set('iss', url);
    return back.href;
  };

  const answer = async ({ path, query, body }: Asked): Promise<Answered> => {
    if (path === '/.well-known/openid-configuration')
      return {
        status: 200,
        content: {
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/keys`,
        },
      };
    if (path === '/keys') return { status: 200, content: { keys } };
    if (path === '/authorize') return { status: 302, headers: { location: authorize(query) } };
    if (path !== '/token') return { status: 404, content: {} };
    return isGranted(new URLSearchParams(body.toString()))
      ? { status: 200, content: await tokens() }
      : { status: 400, content: { error: 'invalid_grant' } };
  };
  const server = await listen(async (asked) => {
    const { headers, ...given } = await answer(asked);
    return { ...given, headers: { 'access-control-allow-origin': '*', ...headers } };
  });
  url = server.url;
  return server;
}
