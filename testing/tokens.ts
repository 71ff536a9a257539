import { SignJWT } from 'jose';

/** What signs the tokens, the services' requests and the sandbox's webhooks in tests. */
export const secrets = {
  SERVICE_SECRET: 'a secret of the tests, for the services',
  SANDBOX_SECRET: 'a secret of the tests, for the sandbox',
  JWT_SECRET: 'a secret of the tests, long enough to be one',
};

export type User = { id: string; roles?: string[]; email?: string };
export const ana: User = { id: 'ana' };
export const ben: User = { id: 'ben' };
/** The host of every homestay in tests. */
export const host: User = { id: 'hana', roles: ['host'] };
export const operator: User = { id: 'olga', roles: ['operator'] };

export type TokenClaims = { [claim: string]: unknown; secret?: string; exp?: number | string };

/** A token of Ana, valid except for what a test gives. */
export function token(given: TokenClaims = {}): Promise<string> {
  const { secret = secrets.JWT_SECRET, exp = '1h', ...claims } = given;
  const all = { sub: ana.id, iss: 'homestay-booking', aud: 'homestay-api', ...claims };
  const jwt = new SignJWT(all).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(exp);
  return jwt.sign(new TextEncoder().encode(secret));
}

const tokens = new Map<string, Promise<string>>();

/** The token of a user, signed once. */
export function tokenOf({ id, roles = [], email }: User): Promise<string> {
  const key = JSON.stringify([id, roles, email]);
  const known = tokens.get(key) ?? token({ sub: id, roles, ...(email ? { email } : {}) });
  tokens.set(key, known);
  return known;
}
