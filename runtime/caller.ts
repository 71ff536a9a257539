import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { clientError, unauthorizedMessage } from './errors.ts';
import type { ServiceName } from './services.ts';

/** Who sends a request: a service and, if it acts for a user, that user. */
export type Caller = {
  service: ServiceName;
  userId?: string;
  roles: readonly string[];
  /** The scopes of the user's token, if it has any. */
  scopes?: readonly string[];
  /** The user's address for mail, if the token has one. */
  email?: string;
};

const audience = 'homestay-services';
const lifetimeSeconds = 60;
const renewBeforeMs = 30_000;
/** How far the clocks of two services may differ. */
const toleratedSkewSeconds = 120;

/** The secret that services sign with. Of several, the first one signs, and all are accepted. */
export type ServiceSecret = string | readonly string[];

const keysOf = (secret: ServiceSecret): Uint8Array[] =>
  [secret].flat().map((text) => new TextEncoder().encode(text));

/** Makes the `Authorization` header that proves a caller to other services for a minute. */
export type CallerSigner = (caller: Caller) => Promise<string>;

/**
 * Signs with the secret that all services share. A signature is reused for half its lifetime,
 * because signing costs time.
 */
export function callerSigner(serviceSecret: ServiceSecret): CallerSigner {
  const [key] = keysOf(serviceSecret) as [Uint8Array];
  const signed = new LRUCache<string, Promise<string>>({
    max: 10_000,
    ttl: lifetimeSeconds * 1000 - renewBeforeMs,
  });
  /** What tells callers apart, for those that have signed before. */
  const ids = new WeakMap<Caller, string>();
  return (caller) => {
    const { service, userId = null, roles, scopes = [], email } = caller;
    const id = ids.get(caller) ?? JSON.stringify([service, userId, roles, scopes, email]);
    ids.set(caller, id);
    const known = signed.get(id);
    if (known) return known;
    const token = new SignJWT({
      service,
      roles,
      ...(scopes.length > 0 ? { scopes } : {}),
      ...(email === undefined ? {} : { email }),
    })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(userId ?? '')
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .sign(key)
      .then((jwt) => `Bearer ${jwt}`);
    signed.set(id, token);
    return token;
  };
}

/**
 * Reads the `Authorization` header of a request.
 * @throws UNAUTHENTICATED if it is missing, forged or expired
 */
export type CallerVerifier = (authorization: string | undefined) => Promise<Caller>;

/** Called with how many seconds a service's clock is ahead of ours; negative when it is behind. */
export type OnSkew = (service: string, seconds: number) => void;

/**
 * Accepts only what another service has signed with a shared secret. The age of a signature is
 * judged by our clock, with a tolerance of two minutes.
 */
export function callerVerifier(
  serviceSecret: ServiceSecret,
  onSkew: OnSkew = () => {},
): CallerVerifier {
  const keys = keysOf(serviceSecret);
  const verified = new LRUCache<string, { caller: Caller; expires: number }>({ max: 10_000 });
  return async (authorization) => {
    const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : undefined;
    if (!token) throw unauthenticated('This service answers only the gateway and other services.');
    const known = verified.get(token);
    if (known && known.expires > Date.now()) return known.caller;
    const payload = await signedPayload(token, keys);
    const service = payload.service as ServiceName;
    const skew = skewOf(payload.iat as number);
    onSkew(service, skew);
    requireTolerable(service, skew);
    const caller = callerIn(service, payload);
    const expires = (payload.iat as number) + lifetimeSeconds + toleratedSkewSeconds;
    verified.set(token, { caller, expires: expires * 1000 });
    return caller;
  };
}

function requireTolerable(service: ServiceName, skew: number): void {
  if (skew <= toleratedSkewSeconds && skew >= -(toleratedSkewSeconds + renewBeforeMs / 1000))
    return;
  throw unauthenticated(
    `The clock of ${service} is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} ours, ` +
      `or its signature is old; ${toleratedSkewSeconds} s are tolerated.`,
  );
}

const callerIn = (service: ServiceName, { roles, scopes, sub, email }: JWTPayload): Caller => ({
  service,
  roles: roles as string[],
  ...(scopes ? { scopes: scopes as string[] } : {}),
  ...(email ? { email: email as string } : {}),
  ...(sub ? { userId: sub } : {}),
});

const unauthenticated = (message: string) => clientError('UNAUTHENTICATED', message);

/** The claims of a token that one of the keys has signed, however old. @throws UNAUTHENTICATED */
async function signedPayload(token: string, keys: readonly Uint8Array[]): Promise<JWTPayload> {
  for (const key of keys) {
    const verification = jwtVerify(token, key, {
      algorithms: ['HS256'],
      audience,
      requiredClaims: ['iat', 'sub', 'service', 'roles'],
      // The age is checked separately by `iat`, so that an error can name the wrong clock.
      clockTolerance: Number.MAX_SAFE_INTEGER,
    });
    const payload = await verification.then((result) => result.payload).catch(() => undefined);
    if (payload) return payload;
  }
  throw unauthenticated('The signature of the calling service is not valid.');
}

/**
 * How many seconds the signer's clock is ahead of ours. A signature that is still reused shows no
 * skew.
 */
function skewOf(issuedAt: number): number {
  const age = Math.floor(Date.now() / 1000) - issuedAt;
  const oldest = lifetimeSeconds - renewBeforeMs / 1000;
  if (age < 0) return -age;
  return age > oldest ? oldest - age : 0;
}

/** The user that the caller acts for. @throws UNAUTHENTICATED if there is none */
export function signedInUser(caller: Caller): string {
  if (!caller.userId) throw clientError('UNAUTHENTICATED', unauthorizedMessage(true));
  return caller.userId;
}
