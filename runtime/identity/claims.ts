import type { JWTPayload } from 'jose';
import { clientError } from '../errors.ts';

export const roles = ['host', 'operator'] as const;
export type Role = (typeof roles)[number];

/** A user whose token has been verified. */
export type Identity = {
  userId: string;
  roles: readonly Role[];
  /** What the token may be used for (`scope`, RFC 8693). */
  scopes?: readonly string[];
  /** Their address for mail, as the token has it. */
  email?: string;
  expiresAt: Date;
};

/** Whether a user may see and mend what concerns all: what `@policy` calls `operator`. */
export const isOperator = ({ roles }: Identity): boolean => roles.includes('operator');

export type ClaimSettings = {
  /**
   * Where a token lists the roles of its user: a claim's name, or the path to it, as
   * `realm_access.roles`.
   */
  JWT_ROLES_CLAIM: string;
  /** Where a token has its user's address for mail: a claim's name, or the path to it. */
  JWT_EMAIL_CLAIM: string;
  /** The clients for which tokens may be issued (`azp` or `client_id`); empty for any. */
  JWT_CLIENT_ID: readonly string[];
};

const maxUserIdLength = 256;
/** The last instant that a JavaScript Date can be, in seconds. */
const lastInstant = 8_640_000_000_000;

/** Reads who a token speaks for. @throws UNAUTHENTICATED saying what is wrong with a claim */
export function identityOf(payload: JWTPayload, settings: ClaimSettings): Identity {
  const { sub, exp } = payload;
  if (!isUserId(sub))
    throw unauthenticated(
      'The token names no user: `sub` must be a visible text, not empty and not too long.',
    );
  if (typeof exp !== 'number' || exp > lastInstant)
    throw unauthenticated('The token is malformed: its time of expiry is no time.');
  requireClient(payload, settings.JWT_CLIENT_ID);
  const claimed = claimAt(payload, settings.JWT_ROLES_CLAIM) ?? [];
  if (!Array.isArray(claimed))
    throw unauthenticated(
      `The token is malformed: \`${settings.JWT_ROLES_CLAIM}\` must be a list.`,
    );
  return {
    userId: sub,
    roles: roles.filter((role) => claimed.includes(role)),
    scopes: scopesOf(payload),
    ...emailOf(payload, settings.JWT_EMAIL_CLAIM),
    expiresAt: new Date(exp * 1000),
  };
}

/**
 * The library checks that there is a `sub`, not what it is. A user must be told from another by
 * looking: no control, zero-width or bidirectional characters, and no spaces around it.
 */
const isUserId = (sub: unknown): sub is string =>
  typeof sub === 'string' &&
  sub !== '' &&
  sub.length <= maxUserIdLength &&
  sub.isWellFormed() &&
  sub.trim() === sub &&
  !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(sub);

function requireClient({ azp, client_id: clientId }: JWTPayload, clients: readonly string[]): void {
  if (clients.length === 0 || [azp, clientId].some((one) => clients.includes(one as string)))
    return;
  throw unauthenticated('The token is for another client.');
}

/** A claim by its name, which may hold dots itself, or by the path to it. */
function claimAt(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
          ? (inner as Record<string, unknown>)[name]
          : undefined,
      payload,
    );
}

/** One address that a mail server takes as it stands: no list, no name, no line break. */
const addressPattern = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}]{1,189}$/u;

/** A token without an address, or with one that its issuer has not verified, is good all the same. */
function emailOf(payload: JWTPayload, claim: string): { email?: string } {
  const email = claimAt(payload, claim);
  const isUnverified = [false, 'false'].includes(payload.email_verified as boolean | string);
  if (isUnverified || typeof email !== 'string' || !addressPattern.test(email)) return {};
  return email.isWellFormed() ? { email } : {};
}

/** `scope` is a text of words (RFC 8693); some issuers write a list, or `scp`. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  return [scope, scp].flatMap((given) => {
    if (typeof given === 'string') return given.split(' ').filter(Boolean);
    return Array.isArray(given) ? given.filter((one) => typeof one === 'string') : [];
  });
}

const unauthenticated = (message: string) => clientError('UNAUTHENTICATED', message);
