import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { clientError } from './errors.ts';
import type { ServiceName } from './services.ts';

/** Who asks: the service that sends the request and, where it speaks for a user, that user. */
export type Caller = {
  service: ServiceName;
  userId?: string;
  roles: readonly string[];
  /** What the user's token may be used for, where it says so. */
  scopes?: readonly string[];
};

const audience = 'homestay-services';
const lifetimeSeconds = 60;
const renewBeforeMs = 30_000;
/** How far the clocks of two services may differ. */
const toleratedSkewSeconds = 120;

/** What services sign with: one secret, or the one to sign with and those to believe as well. */
export type ServiceSecret = string | readonly string[];

const keysOf = (secret: ServiceSecret): Uint8Array[] =>
  [secret].flat().map((text) => new TextEncoder().encode(text));

/** Turns a caller into the `Authorization` header that sister services believe for a minute. */
export type CallerSigner = (caller: Caller) => Promise<string>;

/** Signs with the secret that all services share. A signature serves again for half its life: signing is not free. */
export function callerSigner(serviceSecret: ServiceSecret): CallerSigner {
  const [key] = keysOf(serviceSecret) as [Uint8Array];
  const signed = new LRUCache<string, Promise<string>>({
    max: 10_000,
    ttl: lifetimeSeconds * 1000 - renewBeforeMs,
  });
  return (caller) => {
    const { service, userId = null, roles, scopes = [] } = caller;
    const id = JSON.stringify([service, userId, roles, scopes]);
    const known = signed.get(id);
    if (known) return known;
    const token = new SignJWT({ service, roles, ...(scopes.length > 0 ? { scopes } : {}) })
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

/** Reads the `Authorization` header of a request. @throws UNAUTHENTICATED where it is missing, forged or expired */
export type CallerVerifier = (authorization: string | undefined) => Promise<Caller>;

/** Called with how many seconds a service's clock is ahead of ours; negative when it is behind. */
export type OnSkew = (service: string, seconds: number) => void;

/**
 * Believes what a sister service has signed with a shared secret, and nobody else. Clocks may differ by two minutes either
 * way: a signature's age is judged by our clock, with that tolerance.
 */
export function callerVerifier(
  serviceSecret: ServiceSecret,
  onSkew: OnSkew = () => {},
): CallerVerifier {
  const keys = keysOf(serviceSecret);
  const verified = new LRUCache<string, { caller: Caller; expires: number }>({ max: 10_000 });
  return async (authorization) => {
    const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : undefined;
    if (!token)
      throw unauthenticated('This service answers only the gateway and its sister services.');
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

const callerIn = (service: ServiceName, { roles, scopes, sub }: JWTPayload): Caller => ({
  service,
  roles: roles as string[],
  ...(scopes ? { scopes: scopes as string[] } : {}),
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
      // Age is judged apart from this, by `iat` and our clock, so that a wrong clock can be named.
      clockTolerance: Number.MAX_SAFE_INTEGER,
    });
    const payload = await verification.then((result) => result.payload).catch(() => undefined);
    if (payload) return payload;
  }
  throw unauthenticated('The signature of the calling service is not valid.');
}

/** How far the clock that signed is ahead of ours, in seconds. An age at which signatures still serve is no skew. */
function skewOf(issuedAt: number): number {
  const age = Math.floor(Date.now() / 1000) - issuedAt;
  const oldest = lifetimeSeconds - renewBeforeMs / 1000;
  if (age < 0) return -age;
  return age > oldest ? oldest - age : 0;
}

/** The user the caller speaks for. @throws UNAUTHENTICATED where it speaks for none */
export function signedInUser(caller: Caller): string {
  if (!caller.userId)
    throw clientError(
      'UNAUTHENTICATED',
      'Sign in first: send a token as `Authorization: Bearer …`.',
    );
  return caller.userId;
}

/** Lets only the named services pass. @throws FORBIDDEN for any other */
export function onlyService(caller: Caller, ...services: ServiceName[]): void {
  if (!services.includes(caller.service))
    throw clientError('FORBIDDEN', 'Only our own services may ask this.');
}
