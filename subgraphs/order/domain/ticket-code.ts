import { randomBytes } from 'node:crypto';

// Crockford's alphabet has no I, L, O and U, so a code can be read aloud.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** An unguessable code: 16 characters, 80 random bits. */
export const newTicketCode = (): string =>
  Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join('');

/**
 * The code that a person means who reads or types it: Crockford's rule for letters that look like
 * digits, and for hyphens. Chinese keyboards write full-width letters, and phones turn hyphens into
 * dashes.
 */
export const readTicketCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Dash_Punctuation}]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
