import type { ExecutionResult } from 'graphql';

/** How a transport over HTTP puts results into a response. */
export type StreamEncoding = {
  headers: Record<string, string>;
  /** Written first, so that the client knows that the stream is open. */
  opening: string;
  next(result: ExecutionResult): string;
  /** Tells the client that nothing more comes. */
  complete: string;
  /** Tells the client that it may subscribe again, here or elsewhere. */
  interrupted: string;
  heartbeat: string;
};

const texts = new WeakMap<ExecutionResult, string>();

/**
 * A result as JSON. Clients that share a subscription get the same result, which is written once
 * for all.
 */
export function jsonOf(result: ExecutionResult): string {
  const known = texts.get(result);
  if (known !== undefined) return known;
  const text = JSON.stringify(result);
  texts.set(result, text);
  return text;
}
