import { connect, createServer, type Socket } from 'node:net';
import type { Stop } from '../runtime/lifecycle.ts';

/**
 * A way to a server that a test can break and mend: what is lost is lost as when a machine or a
 * network fails.
 */
export type TestProxy = {
  port: number;
  /** Breaks every connection, and refuses new ones until it is mended. */
  cut(): void;
  mend(): void;
  /** Passes nothing on, and closes nothing, as a frozen machine does, until it is thawed. */
  freeze(): void;
  thaw(): void;
  /** Delays what is passed on, each way. */
  slowDown(ms: number): void;
  /** Leads new connections elsewhere. */
  retarget(port: number): void;
  stop: Stop;
};

/** Gives the ports in turn, as a load balancer does; 1, where nobody listens, if there is none. */
export function inTurn(ports: () => readonly number[]): () => number {
  let turn = 0;
  return () => {
    const known = ports();
    return known[turn++ % known.length] ?? 1;
  };
}

/** @param to the server's port; a function is asked anew for each connection, as `inTurn` is */
export async function startProxy(to: number | (() => number)): Promise<TestProxy> {
  const open = new Set<Socket>();
  let target = to;
  let broken = false;
  let frozen = false;
  let delayMs = 0;
  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };
  const listener = createServer((client) => {
    if (broken) return void client.destroy();
    const server = connect(typeof target === 'number' ? target : target(), '127.0.0.1');
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      if (frozen) socket.pause();
      socket.on('data', (chunk) => {
        if (delayMs === 0) other.write(chunk);
        else setTimeout(() => other.write(chunk), delayMs);
      });
      socket.on('end', () =>
        delayMs === 0 ? other.end() : setTimeout(() => other.end(), delayMs),
      );
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as { port: number }).port,
    cut() {
      broken = true;
      breakAll();
    },
    mend() {
      broken = false;
    },
    freeze() {
      frozen = true;
      for (const socket of open) socket.pause();
    },
    thaw() {
      frozen = false;
      for (const socket of open) socket.resume();
    },
    slowDown(ms) {
      delayMs = ms;
    },
    retarget(next) {
      target = next;
    },
    stop: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        breakAll();
      }),
  };
}
