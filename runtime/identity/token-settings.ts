import { z } from 'zod';
import { address, listOf, secrets } from '../settings.ts';

/** How a process verifies users' tokens. */
export const tokenSettings = z.object({
  /**
   * Verifies tokens signed with a shared secret (HS256), or with either of two, `new|old`, while it
   * is changed.
   */
  JWT_SECRET: secrets.optional(),
  /** Verifies tokens with the public keys found at these addresses. */
  JWKS_URL: listOf(address).optional(),
  /**
   * Who must have issued a token: one of these. Several with as many `JWKS_URL`: each with its own
   * keys.
   */
  JWT_ISSUER: listOf(z.string()).prefault('homestay-booking'),
  /** For whom a token must be: one of these; `off` where that is not looked at. */
  JWT_AUDIENCE: listOf(z.string())
    .prefault('homestay-api')
    .transform((names) => (names.join() === 'off' ? undefined : names)),
  /** The clients for which tokens may be issued (`azp` or `client_id`); empty for any. */
  JWT_CLIENT_ID: listOf(z.string()).prefault(''),
  /** The claim with the user's roles, or the path to it: `realm_access.roles`. */
  JWT_ROLES_CLAIM: z.string().default('roles'),
  /** The claim with the user's address for mail, or the path to it. */
  JWT_EMAIL_CLAIM: z.string().default('email'),
});

export const exactlyOneSource = 'JWT_SECRET, JWKS_URL: exactly one of them must be set';

/** What is wrong: tokens are verified in one way, and several issuers have keys of their own. */
export function tokenProblems(given: NodeJS.ProcessEnv): string[] {
  const { JWT_SECRET, JWKS_URL = '', JWT_ISSUER = '' } = given;
  if (JWT_SECRET && JWKS_URL) return [exactlyOneSource];
  const [issuers, addresses] = [JWT_ISSUER.split(',').length, JWKS_URL.split(',').length];
  return JWKS_URL && issuers > 1 && issuers !== addresses
    ? ['JWT_ISSUER, JWKS_URL: of several issuers each must have an address of its own']
    : [];
}
