import { randomBytes } from 'node:crypto';

// Crockford's alphabet: no I, L, O, U, so that a code can be read aloud.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code that nobody can guess: 16 characters, 80 random bits. */
export const newTicketCode = (): string =>
  Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join('');
