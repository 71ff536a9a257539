import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Registry } from 'prom-client';
import type { Caller } from '../caller.ts';
import { clientError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type ClaimSettings, type Identity, identityOf } from './claims.ts';
import { KeysUnreadable, keyOutages, rememberedMs } from './kept-keys.ts';
import { type KeysOf, type TokenKeySettings, tokenKeys } from './token-keys.ts';
import { isOfAnotherKey, tokenExpired, tokenRefusal } from './token-refusal.ts';
import { verifyByKeys } from './verify-by-keys.ts';

export type { Identity } from './claims.ts';
export { tokenExpired } from './token-refusal.ts';

/** Who asks, as the subgraphs are told: one object for each identity, so that it is signed once. */
export function callerOf(identity: Identity | undefined): Caller {
  // One for each request: a share of those without a user is planned otherwise.
  if (!identity) return { service: 'gateway', roles: [] };
  const known = callers.get(identity);
  if (known) return known;
  const { userId, roles, scopes, email } = identity;
  const caller: Caller = {
    service: 'gateway',
    roles,
    ...(scopes?.length ? { scopes } : {}),
    ...(email ? { email } : {}),
    userId,
  };
  callers.set(identity, caller);
  return caller;
}

const callers = new WeakMap<Identity, Caller>();

/**
 * Reads an `Authorization` header: no header is nobody.
 * @throws UNAUTHENTICATED saying what is wrong with the token
 */
export type IdentityVerifier = (authorization: string | undefined) => Promise<Identity | undefined>;

export type IdentitySettings = TokenKeySettings &
  ClaimSettings & {
    /** For whom tokens must be issued, one of them; undefined where that is not looked at. */
    JWT_AUDIENCE: readonly string[] | undefined;
  };

/** Who a header is known to be of, whose token was verified before; undefined for any other. */
export type KnownIdentity = (authorization: string | undefined) => Identity | undefined;

/** Verifies users' tokens. */
export function identityVerifier(
  settings: IdentitySettings,
  log: Log,
  metrics?: Registry,
): IdentityVerifier & { known: KnownIdentity } {
  const keysOf = tokenKeys(settings, keyOutages(log, metrics));
  const verified = new LRUCache<string, Identity>({ max: 10_000, ttl: rememberedMs });

  const known: KnownIdentity = (authorization) => {
    if (!authorization?.startsWith('Bearer ')) return undefined;
    const identity = verified.get(authorization.slice(7));
    return identity && identity.expiresAt.getTime() > Date.now() ? identity : undefined;
  };

  const verify: IdentityVerifier = async (authorization) => {
    if (authorization === undefined) return undefined;
    const token = /^Bearer +([^\s]+)$/i.exec(authorization)?.[1];
    if (!token)
      throw unauthenticated(
        'The `Authorization` header is malformed: it must be `Bearer` and a token.',
      );
    const known = verified.get(token);
    if (known) {
      if (known.expiresAt.getTime() > Date.now()) return known;
      throw unauthenticated(tokenExpired);
    }
    const payload = await verifiedPayload(token, keysOf, settings.JWT_AUDIENCE).catch((error) => {
      throw tokenRefusal(error, log);
    });
    const identity = identityOf(payload, settings);
    verified.set(token, identity);
    return identity;
  };
  return Object.assign(verify, { known });
}

/**
 * @throws what the library says of the last key that was tried, or that the keys at an address
 *   could not be read, which may have verified the token
 */
async function verifiedPayload(
  token: string,
  keysOf: KeysOf,
  audience: readonly string[] | undefined,
): Promise<JWTPayload> {
  let refused: unknown;
  let unreadable: KeysUnreadable | undefined;
  for (const { key, issuer, algorithms } of keysOf(token)) {
    try {
      const wanted = { algorithms, issuer, requiredClaims: ['sub', 'exp'] };
      const options = audience ? { ...wanted, audience: [...audience] } : wanted;
      return await verifyByKeys(token, key, options);
    } catch (error) {
      refused = error;
      if (error instanceof KeysUnreadable) unreadable = error;
      else if (!isOfAnotherKey(error)) throw error;
    }
  }
  throw unreadable ?? refused;
}

const unauthenticated = (message: string) => clientError('UNAUTHENTICATED', message);
