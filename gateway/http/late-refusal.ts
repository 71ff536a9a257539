import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from '../admission/admit.ts';
import { isToldInTime } from '../admission/late-refusal.ts';

/**
 * Waits before a refusal is sent to who is refused often.
 * @returns whether it is to be sent; if not, the connection is cut or its client is gone
 */
export async function isToBeSent(
  late: Admission['late'],
  request: IncomingMessage,
  response: ServerResponse,
  refused: unknown,
): Promise<boolean> {
  const { socket } = request;
  const isTold = await isToldInTime(late({ request }, refused), socket, () => socket.destroy());
  return isTold && !response.destroyed;
}
