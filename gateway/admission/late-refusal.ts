import type { Late } from './slow-refusals.ts';

/** What a client sends over: an HTTP connection or a WebSocket. */
type Connection = { pause(): void; resume(): void };

/**
 * Waits as long as a refusal has to, and reads nothing more of its connection meanwhile: neither the
 * rest of a long body, nor what comes after it.
 * @returns whether the refusal is to be sent; if not, the connection is cut
 */
export async function isToldInTime(
  waits: ReturnType<Late>,
  connection: Connection,
  cut: () => void,
): Promise<boolean> {
  if (typeof waits === 'boolean') {
    if (!waits) cut();
    return waits;
  }
  // At the end of a request node:http resumes its connection, in the turn in which it has begun.
  await Promise.resolve();
  connection.pause();
  const isTold = await waits;
  if (isTold) connection.resume();
  else cut();
  return isTold;
}
