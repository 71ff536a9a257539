import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../../runtime/caller.ts';
import { clientError } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';

export const roles = ['host', 'operator'] as const;
export type Role = (typeof roles)[number];

/** A user whose token has been verified. */
export type Identity = { userId: string; roles: readonly Role[]; expiresAt: Date };

/** Who asks, as the subgraphs are told. */
export const callerOf = (identity: Identity | undefined): Caller => ({
  service: 'gateway',
  roles: identity?.roles ?? [],
  ...(identity ? { userId: identity.userId } : {}),
});

/** Reads an `Authorization` header: no header is nobody. @throws UNAUTHENTICATED saying what is wrong with the token */
export type IdentityVerifier = (authorization: string | undefined) => Promise<Identity | undefined>;

export type IdentitySettings = {
  /** Either this … */
  JWT_SECRET?: string | undefined;
  /** … or this. */
  JWKS_URL?: string | undefined;
  JWT_ISSUER: string;
  JWT_AUDIENCE: string;
};

// Only signatures of key pairs: with public keys at hand, HS256 would let anybody sign with what everybody can read.
const keyPairAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

const maxUserIdLength = 256;

/** Verifies users' tokens; one that was verified before is known until it expires. */
export function identityVerifier(settings: IdentitySettings, log: Log): IdentityVerifier {
  const { key, algorithms } = verificationKey(settings);
  const verified = new LRUCache<string, Identity>({ max: 10_000 });

  return async (authorization) => {
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
    const { payload } = await jwtVerify(token, key, {
      algorithms,
      issuer: settings.JWT_ISSUER,
      audience: settings.JWT_AUDIENCE,
      requiredClaims: ['sub', 'exp'],
    }).catch((error) => {
      throw refusal(error, log);
    });
    const identity = identityOf(payload);
    verified.set(token, identity);
    return identity;
  };
}

function verificationKey({ JWT_SECRET, JWKS_URL }: IdentitySettings): {
  key: JWTVerifyGetKey;
  algorithms: string[];
} {
  if (JWKS_URL)
    return { key: createRemoteJWKSet(new URL(JWKS_URL)), algorithms: keyPairAlgorithms };
  const secret = new TextEncoder().encode(JWT_SECRET);
  return { key: async () => secret, algorithms: ['HS256'] };
}

function identityOf({ sub, exp, roles: claimed = [] }: JWTPayload): Identity {
  // The library checks that there is a `sub`, not what it is.
  if (typeof sub !== 'string' || sub === '' || sub.length > maxUserIdLength)
    throw unauthenticated(
      'The token names no user: `sub` must be a text, not empty and not too long.',
    );
  if (!Array.isArray(claimed))
    throw unauthenticated('The token is malformed: `roles` must be a list.');
  return {
    userId: sub,
    roles: roles.filter((role) => claimed.includes(role)),
    expiresAt: new Date((exp as number) * 1000),
  };
}

/** What a client reads that should come back with a new token. */
export const tokenExpired = 'The token has expired.';

const unauthenticated = (message: string) => clientError('UNAUTHENTICATED', message);

const claimRefusals: Record<string, string> = {
  aud: 'The token is for another audience.',
  iss: 'The token is from another issuer.',
  sub: 'The token names no user: `sub` is missing.',
  exp: 'The token has no time of expiry.',
  nbf: 'The token is not valid yet.',
};

/** Which sentence the client gets for what is wrong with its token. */
function refusal(error: unknown, log: Log): unknown {
  if (error instanceof errors.JWTExpired) return unauthenticated(tokenExpired);
  if (error instanceof errors.JWTClaimValidationFailed)
    return unauthenticated(
      claimRefusals[error.claim] ?? `The token's \`${error.claim}\` is not accepted.`,
    );
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey
  )
    return unauthenticated('The signature of the token is not valid.');
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return unauthenticated('The token does not say by which key it is signed: `kid` is missing.');
  if (error instanceof errors.JOSEAlgNotAllowed)
    return unauthenticated('The token is signed in a way that is not accepted.');
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported
  )
    return unauthenticated('The token is malformed.');
  log.error({ err: error }, 'tokens cannot be verified');
  return clientError('SERVICE_UNAVAILABLE', 'Tokens cannot be verified at present. Try again.');
}
