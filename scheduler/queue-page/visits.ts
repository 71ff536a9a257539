import { jwtVerify, SignJWT } from 'jose';
import type { Identity } from '../../runtime/identity/claims.ts';

export const path = '/queue';

const cookieName = 'queue';
/** Its signature is good for nothing else that is signed with this secret. */
const audience = 'homestay-queue';
const longestSeconds = 3_600;

/**
 * Remembers by a cookie who has signed in. The cookie does not hold the user's token: it reaches
 * every port of the host, and speaks for them here alone. Any copy of the scheduler believes it.
 */
export function visits(secrets: readonly string[]) {
  const keys = secrets.map((secret) => new TextEncoder().encode(secret));
  return {
    /** A cookie for an operator, for an hour at most, and no longer than their token. */
    async cookieFor({ userId, expiresAt }: Identity, secure: boolean): Promise<string> {
      const left = Math.floor((expiresAt.getTime() - Date.now()) / 1_000);
      const seconds = Math.max(1, Math.min(left, longestSeconds));
      const signed = await new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(userId)
        .setAudience(audience)
        .setExpirationTime(`${seconds}s`)
        .sign(keys[0] as Uint8Array);
      const attributes = [`Path=${path}`, `Max-Age=${seconds}`, 'HttpOnly', 'SameSite=Strict'];
      return [`${cookieName}=${signed}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ');
    },
    /** Whether a request's cookies have one that we gave and that has not expired. */
    async isSignedIn(cookies = ''): Promise<boolean> {
      const given = new RegExp(`(?:^|; *)${cookieName}=([\\w.-]+)`).exec(cookies)?.[1];
      if (!given) return false;
      for (const key of keys) {
        const options = { audience, algorithms: ['HS256'] };
        if (await jwtVerify(given, key, options).catch(() => undefined)) return true;
      }
      return false;
    },
  };
}
