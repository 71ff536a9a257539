import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Gauge, type Registry } from 'prom-client';
import type { Stop } from './lifecycle.ts';
import { type OpenPort, openPort } from './open-port.ts';
import { operationsRoutes, type ReadyCheck } from './operations-routes.ts';
import { sendJson } from './send-json.ts';

export type { ReadyCheck } from './operations-routes.ts';
export { sendJson } from './send-json.ts';

export type HttpServerOptions = {
  host: string;
  /** 0 takes any free port. A port that is open already is taken over. */
  port: number | OpenPort;
  metrics: Registry;
  /** What `/health/ready` asks, by the name under which it is reported; a function where that changes. */
  ready: Record<string, ReadyCheck> | (() => Record<string, ReadyCheck>);
  /**
   * Checks a caller's `Authorization` header where a health route is asked with one, so that it learns whether it would be
   * believed. Rejects where it would not.
   */
  verify?: (authorization: string) => Promise<unknown>;
  /** Handlers by exact path. A handler by the path `/x/` also serves everything below it. */
  routes: Record<string, RequestListener>;
  /** Serves health and metrics at a port of their own and not beside `routes`, where everybody gets; 0 takes any free one. */
  operationsPort?: number | undefined;
  /** How many requests may be under way; one more is answered 503 at once, since it would only wait. Health is exempt. */
  maxUnderWay?: number;
  /** How old a connection may become before it is closed after an answer, so that new copies of a process get their share. */
  maxConnectionAgeMs?: number;
  /** How long requests under way may take to finish when it stops; then they are cut off. */
  finishLimitMs?: number;
};

export type HttpServer = {
  url: string;
  /** Where health and metrics are, where that is not `url`. */
  operationsUrl?: string;
  server: Server;
  stop: Stop;
};

const idleTimeoutMs = 60_000;

// Longer than a gateway waits for a subgraph, and well within what a process is given before it is killed.
const standardFinishLimitMs = 15_000;
const standardMaxUnderWay = 2_000;
// Callers keep their connections for ever while they are busy: a copy that was started later would never see one.
const standardMaxConnectionAgeMs = 20_000;

/**
 * The HTTP server of a process, with the routes every process has: `/health/live`, `/health/ready`, `/metrics`.
 * Its stop takes no new request, finishes those under way within a limit, then closes.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  let stopping = false;
  const { ready, operationsPort, host } = options;
  const operations = operationsRoutes({
    ...options,
    ready: typeof ready === 'function' ? ready : () => ready,
    isStopping: () => stopping,
  });
  const apart =
    operationsPort === undefined
      ? undefined
      : await openPort(host, operationsPort, onlyThese(operations));
  const routes = apart ? options.routes : { ...operations, ...options.routes };
  const underWay = new Set<ServerResponse>();
  const {
    maxUnderWay = standardMaxUnderWay,
    maxConnectionAgeMs = standardMaxConnectionAgeMs,
    metrics,
  } = options;
  const oldFrom = new WeakMap<Socket, number>();
  inFlightGauge(metrics, () => underWay.size);
  const prefixes = Object.keys(routes).filter((path) => path.endsWith('/'));

  const opened =
    typeof options.port === 'number' ? await openPort(host, options.port) : options.port;
  const { server, url } = opened;
  opened.serve((request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    // Connections from before this process could serve are asked to come back.
    if (stopping || performance.now() > (oldFrom.get(request.socket) ?? 0))
      lastOfConnection(response);
    const path = pathOf(request);
    if (underWay.size > maxUnderWay && !ownPaths.has(path)) return refuseForNow(response);
    const route = routes[path] ?? routes[prefixes.find((prefix) => path.startsWith(prefix)) ?? ''];
    if (route) route(request, response);
    else sendJson(response, 404, { error: `there is nothing at ${path}` });
  });
  // Not all at the same age, or all callers would connect anew at the same moment.
  server.on('connection', (socket) =>
    oldFrom.set(socket, performance.now() + maxConnectionAgeMs * (0.5 + Math.random() / 2)),
  );
  // A client that neither sends nor takes anything for so long is gone; streams have heartbeats.
  server.timeout = idleTimeoutMs;
  return {
    url,
    ...(apart ? { operationsUrl: apart.url } : {}),
    server,
    stop: () => {
      stopping = true;
      return new Promise((resolve) => {
        const late = setTimeout(
          () => server.closeAllConnections(),
          options.finishLimitMs ?? standardFinishLimitMs,
        );
        server.close(() => {
          clearTimeout(late);
          apart ? apart.stop().then(resolve) : resolve();
        });
        server.closeIdleConnections();
        // Otherwise their connections would be kept for more requests, and us waiting for as long.
        for (const response of underWay) lastOfConnection(response);
      });
    },
  };
}

/** Serves exactly these paths. */
const onlyThese =
  (routes: Record<string, RequestListener>): RequestListener =>
  (request, response) => {
    const route = routes[pathOf(request)];
    if (route) route(request, response);
    else sendJson(response, 404, { error: `there is nothing at ${pathOf(request)}` });
  };

const ownPaths = new Set(['/health/live', '/health/ready', '/metrics']);

/** Requests under way: what a copy of a process is scaled by. */
function inFlightGauge(metrics: Registry, count: () => number): void {
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are being answered now',
    registers: [metrics],
    collect() {
      this.set(count());
    },
  });
}

function refuseForNow(response: ServerResponse): void {
  const message = 'Too many requests are being answered now. Try again in a moment.';
  response.setHeader('retry-after', '1');
  sendJson(response, 503, {
    errors: [{ message, extensions: { code: 'SERVICE_UNAVAILABLE' } }],
  });
}

/** Closes a response's connection once it has been sent. */
function lastOfConnection(response: ServerResponse): void {
  if (response.headersSent) response.once('finish', () => response.req.socket.destroySoon());
  else response.setHeader('connection', 'close');
}

/** The path of a request, without its query. */
export const pathOf = (request: IncomingMessage): string =>
  (request.url ?? '/').split('?', 1)[0] as string;

/** The query of a request, from its first question mark on; empty where there is none. A query may hold more of them. */
export const searchOf = (request: IncomingMessage): string =>
  (request.url ?? '').slice(pathOf(request).length);

/** A request's body was larger than allowed. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/** Reads a whole body. @throws BodyTooLarge as soon as it exceeds `maxBytes` */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // By events: iterating over a request costs more than many a request.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else reject(new BodyTooLarge(`the body is larger than ${maxBytes} bytes`));
    });
    request.on('end', () =>
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
    );
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new Error('the request broke off'));
    });
  });
}
