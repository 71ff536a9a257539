import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Gauge, type Registry } from 'prom-client';
import { isLeaving } from './leaving.ts';
import type { Stop } from './lifecycle.ts';
import { type OpenPort, openPort } from './open-port.ts';
import { operationsRoutes, type ReadyCheck } from './operations-routes.ts';
import { oneAfterTheOther } from './pipelined-requests.ts';
import { pathOf } from './request-target.ts';
import { roster } from './roster.ts';
import { sendJson } from './send-json.ts';
import { noteHeader } from './whole-response.ts';

export type HttpServerOptions = {
  host: string;
  /** 0 takes any free port. A port that is open already is taken over. */
  port: number | OpenPort;
  /** Whether other processes may listen at the port too; see `canSharePort`. */
  sharePort?: boolean;
  metrics: Registry;
  /** The checks of `/health/ready` by name, or a function if they change. */
  ready: Record<string, ReadyCheck> | (() => Record<string, ReadyCheck>);
  /** What an operator should know: `/health/ready` says it beside its status. */
  notes?: readonly string[];
  /**
   * Checks the `Authorization` header of a request for health, if it has one, so that a caller
   * learns whether its signature is accepted. Rejects if it is not.
   */
  verify?: (authorization: string) => Promise<unknown>;
  /** Handlers by exact path. A handler by the path `/x/` also serves everything below it. */
  routes: Record<string, RequestListener>;
  /** Serves health and metrics at another port than the public `routes`. 0 takes any free one. */
  operationsPort?: number | undefined;
  /**
   * How many requests may be in flight. One more is answered 503 at once. Health and metrics are
   * exempt.
   */
  maxUnderWay?: number;
  /**
   * The age at which a connection is closed after a response, so that new copies of a process get
   * their share.
   */
  maxConnectionAgeMs?: number;
  /** How long a client may neither send nor read anything before its connection is cut. */
  idleTimeoutMs?: number;
  /** How long requests in flight may take to finish when it stops. */
  finishLimitMs?: number;
};

export type HttpServer = {
  url: string;
  /** Where health and metrics are, if not at `url`. */
  operationsUrl?: string;
  server: Server;
  stop: Stop;
};

const standardIdleTimeoutMs = 60_000;

// Longer than a gateway waits for a subgraph, and shorter than the time that platforms wait before
// they kill a process.
const standardFinishLimitMs = 15_000;
const standardMaxUnderWay = 2_000;
// Busy callers keep their connections for ever, and would never connect to a copy that was started
// later.
const standardMaxConnectionAgeMs = 20_000;

/**
 * Starts the HTTP server of a process, with the routes that every process has: `/health/live`,
 * `/health/ready`, `/metrics`. Stopping it accepts no new request, finishes those in flight within
 * a limit, then closes.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  let stopping = false;
  const { ready, operationsPort, host } = options;
  const operations = operationsRoutes({
    ...options,
    ready: typeof ready === 'function' ? ready : () => ready,
    isStopping: () => stopping || isLeaving(),
  });
  const apart =
    operationsPort === undefined
      ? undefined
      : await openPort(host, operationsPort, { listener: onlyThese(operations) });
  const routes = apart ? options.routes : { ...operations, ...options.routes };
  const underWay = roster<ServerResponse>();
  const {
    maxUnderWay = standardMaxUnderWay,
    maxConnectionAgeMs = standardMaxConnectionAgeMs,
    metrics,
  } = options;
  const oldFrom = new WeakMap<Socket, number>();
  let connections = 0;
  gaugeOf(metrics, inFlight, () => underWay.size);
  gaugeOf(metrics, openConnections, () => connections);
  const prefixes = Object.keys(routes).filter((path) => path.endsWith('/'));

  const opened =
    typeof options.port === 'number'
      ? await openPort(host, options.port, { share: options.sharePort })
      : options.port;
  const { server, url } = opened;
  const answer: RequestListener = (request, response) => {
    noteHeader(response, 'x-content-type-options', 'nosniff');
    const place = underWay.add(response);
    response.on('close', () => underWay.remove(place));
    // Connections from before this process could serve are asked to come back.
    if (stopping || isLeaving() || performance.now() > (oldFrom.get(request.socket) ?? 0))
      lastOfConnection(response);
    const path = pathOf(request);
    if (underWay.size > maxUnderWay && !ownPaths.has(path)) return refuseForNow(response);
    const route = routes[path] ?? routes[prefixes.find((prefix) => path.startsWith(prefix)) ?? ''];
    if (route) route(request, response);
    else sendJson(response, 404, { error: `there is nothing at ${path}` });
  };
  opened.serve(oneAfterTheOther(answer));
  // The ages differ, so that not all callers reconnect at the same moment.
  server.on('connection', (socket) => {
    connections += 1;
    socket.once('close', () => {
      connections -= 1;
    });
    oldFrom.set(socket, performance.now() + maxConnectionAgeMs * (0.5 + Math.random() / 2));
  });
  // A client that neither sends nor receives anything for this long is gone. Streams have
  // heartbeats.
  server.timeout = options.idleTimeoutMs ?? standardIdleTimeoutMs;
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
        // Otherwise keep-alive would hold these connections open, and the server with them.
        for (const { member } of underWay.all()) lastOfConnection(member);
      });
    },
  };
}

/** Serves exactly these paths. */
const onlyThese =
  (routes: Record<string, RequestListener>): RequestListener =>
  (request, response) => {
    noteHeader(response, 'x-content-type-options', 'nosniff');
    const route = routes[pathOf(request)];
    if (route) route(request, response);
    else sendJson(response, 404, { error: `there is nothing at ${pathOf(request)}` });
  };

const ownPaths = new Set(['/health/live', '/health/ready', '/metrics']);

/** Autoscaling uses this. */
const inFlight = {
  name: 'http_requests_in_flight',
  help: 'Requests that are being answered now',
};
const openConnections = {
  name: 'http_connections',
  help: 'Connections of clients that are open now, WebSockets among them',
};

function gaugeOf(
  metrics: Registry,
  named: { name: string; help: string },
  count: () => number,
): void {
  new Gauge({
    ...named,
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

/** Closes the connection after this response. */
function lastOfConnection(response: ServerResponse): void {
  if (response.headersSent) response.once('finish', () => response.req.socket.destroySoon());
  else response.setHeader('connection', 'close');
}
