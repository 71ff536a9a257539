/**
 * Who is signed in: a token and what it says of its user. Kept by the browser until it expires or
 * the user signs out.
 */
export type Session = { token: string; userId: string; roles: string[]; expires: number };

const key = 'homestay-session';
/** The claim that lists a user's roles, as the gateway names it. */
const rolesKey = 'homestay-roles-claim';
/** Where the sign-in at a provider keeps how to renew the token. */
export const renewalKey = 'homestay-renewal';
let current: Session | null = read();
const listeners = new Set<() => void>();

function read(): Session | null {
  const token = localStorage.getItem(key);
  const session = token ? sessionOf(token) : null;
  return session && session.expires > Date.now() ? session : null;
}

/** Reads a JSON Web Token without verifying it: the gateway verifies, the page only shows. */
function sessionOf(token: string): Session | null {
  try {
    const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    const claims = JSON.parse(atob(payload));
    const roles = claimAt(claims, localStorage.getItem(rolesKey) ?? 'roles');
    const { sub, exp } = claims;
    return { token, userId: sub, roles: Array.isArray(roles) ? roles : [], expires: exp * 1_000 };
  } catch {
    return null;
  }
}

/** A claim by its whole name, or by the path to it, as the gateway reads it. */
function claimAt(claims: Record<string, unknown>, path: string): unknown {
  if (path in claims) return claims[path];
  let value: unknown = claims;
  for (const name of path.split('.'))
    value = (value as Record<string, unknown> | undefined)?.[name];
  return value;
}

export const rolesAreAt = (claim: string): void => localStorage.setItem(rolesKey, claim);

export const session = (): Session | null => current;

export function signIn(token: string): void {
  localStorage.setItem(key, token);
  current = read();
  for (const listener of listeners) listener();
}

export function signOut(): void {
  localStorage.removeItem(key);
  sessionStorage.removeItem(renewalKey);
  current = null;
  for (const listener of listeners) listener();
}

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
