import { connect, createServer, type Socket } from 'node:net';
import type { Stop } from '../runtime/lifecycle.ts';

/** A way to a server that a test can break and mend: what is lost is lost as when a machine or a network fails. */
export type TestProxy = {
  port: number;
  /** Breaks every connection, and refuses new ones until it is mended. */
  cut(): void;
  mend(): void;
  /** Leads new connections elsewhere. */
  retarget(port: number): void;
  stop: Stop;
};

export async function startProxy(port: number): Promise<TestProxy> {
  const open = new Set<Socket>();
  let targetPort = port;
  let broken = false;
  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((client) => {
    if (broken) return void client.destroy();
    const target = connect(targetPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      broken = true;
      breakAll();
    },
    mend() {
      broken = false;
    },
    retarget(next) {
      targetPort = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        breakAll();
      }),
  };
}
