import type { Identity } from '../../../runtime/identity/identity.ts';

/** setTimeout takes no longer delay than this, 25 days: a token may be good for longer. */
const maxTimerMs = 2 ** 31 - 1;

/** Calls when the token of an identity expires. Nobody's token never does. @returns cancels it */
export function onTokenExpiry(identity: Identity | undefined, expire: () => void): () => void {
  if (!identity) return () => {};
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = identity.expiresAt.getTime() - Date.now();
    timer = setTimeout(left > maxTimerMs ? wait : expire, Math.min(left, maxTimerMs));
  };
  wait();
  return () => clearTimeout(timer);
}
