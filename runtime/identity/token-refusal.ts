import { errors } from 'jose';
import { clientError } from '../errors.ts';
import type { Log } from '../log.ts';
import { KeysUnreadable } from './kept-keys.ts';

/** What a client reads that should come back with a new token. */
export const tokenExpired = 'The token has expired.';

const claimRefusals: Record<string, string> = {
  aud: 'The token is for another audience.',
  iss: 'The token is from another issuer.',
  sub: 'The token names no user: `sub` is missing.',
  exp: 'The token has no time of expiry.',
  nbf: 'The token is not valid yet.',
};

type ErrorClass = new (...args: never[]) => Error;

/** What is wrong with a token, by the library's error; the first that fits. */
const refusals: [ErrorClass, string][] = [
  [errors.JWTExpired, tokenExpired],
  [errors.JWSSignatureVerificationFailed, 'The signature of the token is not valid.'],
  [errors.JWKSNoMatchingKey, 'The signature of the token is not valid.'],
  [
    errors.JWKSMultipleMatchingKeys,
    'The token does not say by which of many keys it is signed: `kid` is missing, or is of them all.',
  ],
  [errors.JOSEAlgNotAllowed, 'The token is signed in a way that is not accepted.'],
  // Such as an RSA key of 1024 bits.
  [TypeError, 'The token is signed by a key that is not accepted.'],
  [errors.JWSInvalid, 'The token is malformed.'],
  [errors.JWTInvalid, 'The token is malformed.'],
  [errors.JOSENotSupported, 'The token is malformed.'],
];

/** Whether another key may still have signed the token. */
export const isOfAnotherKey = (error: unknown): boolean =>
  error instanceof errors.JWSSignatureVerificationFailed ||
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys;

/** Which error a client gets whose token could not be verified. */
export function tokenRefusal(error: unknown, log: Log): unknown {
  if (error instanceof errors.JWTClaimValidationFailed && !(error instanceof errors.JWTExpired))
    return clientError(
      'UNAUTHENTICATED',
      claimRefusals[error.claim] ?? `The token's \`${error.claim}\` is not accepted.`,
    );
  const refusal = refusals.find(([kind]) => error instanceof kind);
  if (refusal) return clientError('UNAUTHENTICATED', refusal[1]);
  // An outage of the keys has been told already.
  if (!(error instanceof KeysUnreadable)) log.error({ err: error }, 'tokens cannot be verified');
  return clientError('SERVICE_UNAVAILABLE', 'Tokens cannot be verified. Try again.');
}
