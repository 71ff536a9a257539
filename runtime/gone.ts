import type { ServerResponse } from 'node:http';

/**
 * Tells when nobody waits for an answer any more: the part of an `AbortSignal` that requests need.
 * A signal, its controller and its listeners cost as much as all checks of a request together.
 */
export type Gone = {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
};

/** For one client. After `leave`, nobody waits. */
export function clientGone(): Gone & { leave(): void } {
  const listeners: (() => void)[] = [];
  const gone = {
    aborted: false,
    addEventListener: (_: 'abort', listener: () => void) => void listeners.push(listener),
    removeEventListener(_: 'abort', listener: () => void) {
      const at = listeners.indexOf(listener);
      if (at >= 0) listeners.splice(at, 1);
    },
    leave() {
      gone.aborted = true;
      for (const listener of listeners.splice(0)) listener();
    },
  };
  return gone;
}

/** The status that a client does not get, because it has gone. */
export const clientLeft = 499;

/** The status of a response that has closed, as its client has it. */
export const sentStatus = ({ writableFinished, statusCode }: ServerResponse): number =>
  writableFinished ? statusCode : clientLeft;
