import { randomUUID } from 'node:crypto';
import type { Identity } from '../../../runtime/identity/identity.ts';
import type { Results } from '../results.ts';
import type { ResultStream } from './result-stream.ts';

/** A stream that a user has reserved, and the operations that run over it. */
export type Reservation = {
  readonly identity: Identity;
  readonly operations: Map<string, Results>;
  /** Gives the connection's place back. */
  readonly release: () => void;
  stream?: ResultStream;
  ended: boolean;
};

/** The streams of the single connection mode, by their secret tokens. */
export type Reservations = {
  /** @returns the token */
  reserve(identity: Identity, release: () => void): string;
  find(token: string): Reservation | undefined;
  /** The stream is open: it ends the reservation when it ends. */
  connect(token: string, stream: ResultStream): void;
};

/** A reservation whose stream is not opened ends by itself. */
const unusedForMs = 30_000;

export function openReservations(): Reservations {
  const reserved = new Map<string, Reservation & { unused: NodeJS.Timeout }>();
  const end = (token: string) => {
    const ended = reserved.get(token);
    if (!ended) return;
    reserved.delete(token);
    ended.ended = true;
    clearTimeout(ended.unused);
    ended.release();
    for (const results of ended.operations.values()) results.leave();
  };
  return {
    reserve(identity, release) {
      const token = randomUUID();
      const unused = setTimeout(() => end(token), unusedForMs).unref();
      reserved.set(token, { identity, release, operations: new Map(), unused, ended: false });
      return token;
    },
    find: (token) => reserved.get(token),
    connect(token, stream) {
      const to = reserved.get(token);
      if (!to) return;
      clearTimeout(to.unused);
      to.stream = stream;
      stream.onEnd(() => end(token));
    },
  };
}
