import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Stop } from '../runtime/lifecycle.ts';

type Asked = { challenge: string; redirectUri: string; clientId: string };
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
  const codes = new Map<string, Asked>();
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
    const asked = codes.get(code);
    codes.delete(code);
    const verified = createHash('sha256').update(form.get('code_verifier') ?? '');
    return (
      asked?.challenge === verified.digest('base64url') &&
      asked.redirectUri === form.get('redirect_uri') &&
      asked.clientId === form.get('client_id')
    );
  };

  const authorize = (query: URLSearchParams, response: ServerResponse) => {
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
    response.writeHead(302, { location: back.href }).end();
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    response.setHeader('access-control-allow-origin', '*');
    const answer = (status: number, content: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(content));
    if (pathname === '/.well-known/openid-configuration')
      return answer(200, {
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
      });
    if (pathname === '/keys') return answer(200, { keys });
    if (pathname === '/authorize') return authorize(searchParams, response);
    if (pathname !== '/token') return answer(404, {});
    return void bodyOf(request).then(async (form) =>
      isGranted(form) ? answer(200, await tokens()) : answer(400, { error: 'invalid_grant' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, stop };
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}
