import type { ExecutionResult } from 'graphql';

/** Takes a result. It returns a promise when the client needs time before it can take another. */
export type WriteResult = (result: ExecutionResult) => Promise<unknown> | undefined;

/** The results of one operation of one client. */
export type Results = {
  /** Hands over each result as soon as it is there. Resolves after the last. To be called once. */
  pipe(write: WriteResult): Promise<void>;
  /** The client has left: nothing more is to be done for it. */
  leave(): void;
};

/** The one result of a query or a mutation. */
export const oneResult = (execute: (signal: AbortSignal) => Promise<ExecutionResult>): Results => {
  const left = new AbortController();
  return {
    async pipe(write) {
      const result = await execute(left.signal);
      if (!left.signal.aborted) await write(result);
    },
    leave: () => left.abort(),
  };
};
