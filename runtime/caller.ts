import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { clientError } from './errors.ts';
import type { ServiceName } from './services.ts';

/** Who asks: the service that sends the request and, where it speaks for a user, that user. */
export type Caller = { service: ServiceName; userId?: string; roles: readonly string[] };

const audience = 'homestay-services';
const lifetimeSeconds = 60;
const renewBeforeMs = 30_000;

/** Turns a caller into the `Authorization` header that sister services believe for a minute. */
export type CallerSigner = (caller: Caller) => Promise<string>;

/** Signs with the secret that all services share. A signature serves again for half its life: signing is not free. */
export function callerSigner(serviceSecret: string): CallerSigner {
  const key = new TextEncoder().encode(serviceSecret);
  const signed = new LRUCache<string, Promise<string>>({
    max: 10_000,
    ttl: lifetimeSeconds * 1000 - renewBeforeMs,
  });
  return (caller) => {
    const id = JSON.stringify([caller.service, caller.userId ?? null, caller.roles]);
    const known = signed.get(id);
    if (known) return known;
    const token = new SignJWT({ service: caller.service, roles: caller.roles })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(caller.userId ?? '')
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

/** Believes what a sister service has signed with the shared secret, and nobody else. */
export function callerVerifier(serviceSecret: string): CallerVerifier {
  const key = new TextEncoder().encode(serviceSecret);
  const verified = new LRUCache<string, { caller: Caller; expires: number }>({ max: 10_000 });
  return async (authorization) => {
    const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : undefined;
    if (!token)
      throw clientError(
        'UNAUTHENTICATED',
        'This service answers only the gateway and its sister services.',
      );
    const known = verified.get(token);
    if (known && known.expires > Date.now()) return known.caller;
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      audience,
      requiredClaims: ['exp', 'sub', 'service', 'roles'],
    }).catch(() => {
      throw clientError(
        'UNAUTHENTICATED',
        'The signature of the calling service is not valid, or has expired.',
      );
    });
    const caller: Caller = {
      service: payload.service as ServiceName,
      roles: payload.roles as string[],
      ...(payload.sub ? { userId: payload.sub } : {}),
    };
    verified.set(token, { caller, expires: (payload.exp as number) * 1000 });
    return caller;
  };
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
