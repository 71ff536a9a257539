import { SignJWT } from 'jose';

export type TokenSettings = {
  /** One secret, or two that are being changed: `new|old`. */
  JWT_SECRET: string;
  JWT_ISSUER?: string | undefined;
  JWT_AUDIENCE?: string | undefined;
};

/** A token for a user, signed with the shared secret, good for a day. */
export const signToken = (
  settings: TokenSettings,
  userId: string,
  roles: readonly string[],
): Promise<string> =>
  new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuer(settings.JWT_ISSUER || 'homestay-booking')
    .setAudience(settings.JWT_AUDIENCE || 'homestay-api')
    .setIssuedAt()
    .setExpirationTime('24h')
    .sign(new TextEncoder().encode(settings.JWT_SECRET.split('|')[0]?.trim()));
