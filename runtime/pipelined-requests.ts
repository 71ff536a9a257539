import type { Socket } from 'node:net';

/**
 * No client of ours sends its next request over a connection before it is answered; proxies and
 * tools that do, send a few. 64 kB of short ones would be answered in one go, in which all others
 * wait.
 */
const maxPipelined = 50;

/** Counts the requests of each connection that are being answered. */
export function placesOfConnections() {
  const taken = new WeakMap<Socket, number>();
  /** By each answer that has gone in this turn of the event loop, in which many may go. */
  const given: Socket[] = [];
  const giveAllBack = () => {
    for (const socket of given.splice(0)) taken.set(socket, (taken.get(socket) ?? 1) - 1);
  };
  return {
    /** @returns whether a request may be answered; if not, its connection is cut */
    take(socket: Socket): boolean {
      // What else was read of a connection that is cut comes all the same.
      if (socket.destroyed) return false;
      const count = (taken.get(socket) ?? 0) + 1;
      if (count > maxPipelined) {
        socket.destroy();
        return false;
      }
      taken.set(socket, count);
      return true;
    },
    giveBack(socket: Socket): void {
      if (given.push(socket) === 1) setImmediate(giveAllBack);
    },
  };
}
