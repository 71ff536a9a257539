import type { Identity } from '../../../runtime/identity/identity.ts';

// setTimeout takes no longer delay than this.
const maxTimerMs = 2 ** 31 - 1;

/** Calls when the token of an identity expires. Nobody's token never does. @returns cancels it */
export function onTokenExpiry(identity: Identity | undefined, expire: () => void): () => void {
  if (!identity) return () => {};
  const left = identity.expiresAt.getTime() - Date.now();
  if (left > maxTimerMs) return () => {};
  const timer = setTimeout(expire, left);
  return () => clearTimeout(timer);
}
