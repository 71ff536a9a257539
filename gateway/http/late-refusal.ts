import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from '../admission/admit.ts';

/**
 * Waits before a refusal is sent to who is refused often. Meanwhile nothing more is read of his
 * connection: neither the rest of a long body, nor what he sends after it.
 * @returns whether it is to be sent; if not, the connection is cut
 */
export async function isToBeSent(
  late: Admission['late'],
  request: IncomingMessage,
  response: ServerResponse,
  refused: unknown,
): Promise<boolean> {
  const { socket } = request;
  const waits = late({ request }, refused);
  if (typeof waits === 'boolean') {
    if (!waits) socket.destroy();
    return waits && !response.destroyed;
  }
  // At the end of a request node:http resumes its connection, in the turn in which it has begun.
  await Promise.resolve();
  socket.pause();
  const isTold = await waits;
  if (isTold) socket.resume();
  else socket.destroy();
  return isTold && !response.destroyed;
}
