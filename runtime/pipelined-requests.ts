import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * No client of ours sends its next request over a connection before it is answered; proxies and
 * tools that do, send a few.
 */
const maxWaiting = 50;

type Waiting = { request: IncomingMessage; response: ServerResponse };

/**
 * Answers the requests of a connection one after the other, as HTTP/1.1 sends their answers anyway.
 * 64 kB of short ones, answered in one go, would let all other connections wait. A connection with
 * too many that wait is cut.
 */
export function oneAfterTheOther(answer: RequestListener): RequestListener {
  /** The requests that wait, by each connection of which one is being answered. */
  const connections = new WeakMap<Socket, Waiting[]>();

  const begin = (socket: Socket, { request, response }: Waiting) => {
    response.on('close', () => endOne(socket));
    answer(request, response);
  };
  const endOne = (socket: Socket) => {
    if (connections.get(socket)?.length) setImmediate(beginNext, socket);
    else connections.delete(socket);
  };
  const beginNext = (socket: Socket) => {
    const next = connections.get(socket)?.shift();
    if (next && !socket.destroyed) begin(socket, next);
  };
  return (request, response) => {
    const { socket } = request;
    // What else was read of a connection that is cut comes all the same.
    if (socket.destroyed) return;
    const waiting = connections.get(socket);
    if (!waiting) {
      connections.set(socket, []);
      begin(socket, { request, response });
    } else if (waiting.length < maxWaiting) waiting.push({ request, response });
    else socket.destroy();
  };
}
