import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Stop } from './lifecycle.ts';
import { sendJson } from './send-json.ts';
import { WholeRequest } from './whole-request.ts';
import { WholeResponse } from './whole-response.ts';

/** How long a client may take to send a request's headers, and all of it. */
const standardTimeouts = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
};

/**
 * Clients that connect at the same moment; the system may allow less. Beyond that their packets are
 * lost, and they try again after seconds.
 */
const backlog = 4_096;

/**
 * A port at which a process listens from its first moment on. Until it can serve, `/health/live`
 * answers that it is there, and everything else is answered 503.
 */
export type OpenPort = {
  url: string;
  server: Server;
  /** Answers requests by `listener` from now on. */
  serve(listener: RequestListener): void;
  /** Stops listening, unless that was done already. */
  stop: Stop;
};

/**
 * Whether a version of Node lets several processes listen at one port (`reusePort`). Others do not
 * know the option and say nothing: the second process would find the port taken.
 */
export function canSharePort(version = process.versions.node): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

/**
 * @param port 0 takes any free port
 * @param options `share` lets other processes listen there too; the system gives each new
 *   connection to one of them
 */
export async function openPort(
  host: string,
  port: number,
  {
    listener = whileStarting,
    share = false,
    timeouts = {},
  }: {
    listener?: RequestListener;
    share?: boolean;
    timeouts?: Partial<typeof standardTimeouts>;
  } = {},
): Promise<OpenPort> {
  let current = listener;
  const limits = { ...standardTimeouts, ...timeouts };
  const classes = { IncomingMessage: WholeRequest, ServerResponse: WholeResponse };
  const server = createServer({ ...limits, ...classes }, (request, response) =>
    current(request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const where = { port, host, backlog };
    server.listen(share ? { ...where, reusePort: true } : where, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${taken}`,
    server,
    serve(next) {
      current = next;
    },
    stop: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const whileStarting: RequestListener = ({ url }, response) =>
  url === '/health/live'
    ? sendJson(response, 200, { status: 'live' })
    : sendJson(response, 503, { status: 'not ready', failed: { process: 'starting' } });
