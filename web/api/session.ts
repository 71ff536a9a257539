/**
 * Who is signed in: a token and what it says of its user. Kept by the browser until it expires or
 * the user signs out.
 */
export type Session = { token: string; userId: string; roles: string[]; expires: number };

const key = 'homestay-session';
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
    const { sub, roles = [], exp } = JSON.parse(atob(payload));
    return { token, userId: sub, roles, expires: exp * 1_000 };
  } catch {
    return null;
  }
}

export const session = (): Session | null => current;

export function signIn(token: string): void {
  localStorage.setItem(key, token);
  current = read();
  for (const listener of listeners) listener();
}

export function signOut(): void {
  localStorage.removeItem(key);
  current = null;
  for (const listener of listeners) listener();
}

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
