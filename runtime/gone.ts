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
export const clientGone = (): Gone & { leave(): void } => new ClientGone();

/** A class, for each request makes one: four functions of its own would cost more than the rest. */
class ClientGone implements Gone {
  aborted = false;
  private listeners: (() => void)[] | undefined;

  addEventListener(_: 'abort', listener: () => void): void {
    if (this.listeners) this.listeners.push(listener);
    else this.listeners = [listener];
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    const at = this.listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.listeners?.splice(at, 1);
  }

  leave(): void {
    this.aborted = true;
    for (const listener of this.listeners?.splice(0) ?? []) listener();
  }
}

/** The status that a client does not get, because it has gone. */
export const clientLeft = 499;

/** The status of a response that has closed, as its client has it. */
export const sentStatus = ({ writableFinished, statusCode }: ServerResponse): number =>
  writableFinished ? statusCode : clientLeft;
