import type { SocketExtra } from '../../../runtime/graphql-websocket.ts';
import type { Identity } from '../../../runtime/identity/identity.ts';
import type { Admission } from '../../admission/admit.ts';

/**
 * Waits before a refusal is sent over a socket to who is refused often, and reads nothing of it
 * meanwhile.
 * @returns whether it is to be sent; if not, the socket is cut
 */
export async function isToBeSent(
  late: Admission['late'],
  sender: SocketExtra & { identity?: Identity | undefined },
  refused: unknown,
): Promise<boolean> {
  const { socket } = sender;
  const waits = late(sender, refused);
  if (typeof waits !== 'boolean') socket.pause();
  const isTold = await waits;
  if (!isTold) socket.terminate();
  else if (typeof waits !== 'boolean') socket.resume();
  return isTold;
}
