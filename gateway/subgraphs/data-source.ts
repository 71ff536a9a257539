import type { GraphQLDataSource } from '@apollo/gateway';
import { type GraphQLError, OperationTypeNode } from 'graphql';
import { Pool } from 'undici';
import { type BreakerOptions, breaker } from '../../runtime/breaker.ts';
import type { Caller, CallerSigner } from '../../runtime/caller.ts';
import { clientError } from '../../runtime/errors.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { loopTurn } from '../../runtime/loop-turn.ts';
import type { ReadyCheck } from '../../runtime/operations-routes.ts';
import { readinessProblem, signedHealth } from '../../runtime/service-client.ts';
import { errorAttributes } from '../../runtime/tracing/error-attributes.ts';
import { faultOf, type Span } from '../../runtime/tracing/span.ts';
import type { SubgraphAddress } from './address.ts';
import { readAnswer, requireKnownDocument } from './answer.ts';
import { ConnectionsStopped, openConnections } from './connections.ts';
import { Abandoned, DeadlineReached, poster, type Until } from './subgraph-http.ts';
import type { SubgraphMetrics } from './subgraph-metrics.ts';
import type { Answer } from './subgraph-request.ts';

/** What a request carries through Apollo's executor. */
export type GatewayContext = Pick<SubgraphRequest, 'caller' | 'until' | 'requestId' | 'span'>;

/** What is asked of a subgraph: the whole body of the request, for whom, and until when. */
export type SubgraphRequest = {
  body: string;
  kind: OperationTypeNode;
  caller: Caller;
  until?: Until | undefined;
  /** The id of the client's request, where it is asked for one. */
  requestId?: string | undefined;
  /** What it is asked for, if that is traced. */
  span?: Span | undefined;
};

/** A subgraph as the gateway calls it, over kept-alive connections. */
export type Subgraph = GraphQLDataSource & {
  name: string;
  address: SubgraphAddress;
  /** @throws SERVICE_UNAVAILABLE, OPERATION_TIMEOUT */
  ask(request: SubgraphRequest): Promise<Answer>;
  ready: ReadyCheck;
  stop: Stop;
};

export type SubgraphOptions = {
  name: string;
  address: SubgraphAddress;
  timeoutMs: number;
  /** How long a whole operation may take, where that may be less. */
  operationTimeoutMs?: number;
  maxAnswerBytes: number;
  /** More under way than this, and the subgraph does not keep up. */
  maxUnderWay?: number;
  breaker?: BreakerOptions;
};

export type SubgraphNeeds = { sign: CallerSigner; metrics: SubgraphMetrics; log: Log };

/** Characters. To parse as many takes a tenth of a millisecond. */
const longAnswer = 20_000;
const maxConnections = 64;
/** Refusing at once is kinder than a timeout later. */
const standardMaxUnderWay = 5_000;
/** The connection broke before the whole answer had come, as when the subgraph restarts. */
const brokenConnection = new Set(['ECONNRESET', 'EPIPE']);
const standardBreaker = { failures: 10, pauseMs: 2_000 };

/**
 * Passes on who asks, signed, and the request's id; nothing else that a client sends reaches a
 * subgraph. One that is down, slow or talks nonsense gives `SERVICE_UNAVAILABLE`, naming the
 * subgraph and not its address.
 */
export function openSubgraph(options: SubgraphOptions, needs: SubgraphNeeds): Subgraph {
  const { name, address, timeoutMs, maxAnswerBytes, maxUnderWay = standardMaxUnderWay } = options;
  const { operationTimeoutMs = timeoutMs } = options;
  /** Who was waited for so long did not answer, even if the operation ends before its own time. */
  const patienceMs = 0.9 * Math.min(timeoutMs, operationTimeoutMs);
  const { sign, log } = needs;
  const { origin, path } = address;
  const connections = openConnections(origin, {
    max: maxConnections,
    connectTimeoutMs: Math.min(timeoutMs, 3_000),
    maxBytes: maxAnswerBytes,
  });
  const { host } = new URL(origin);
  const post = poster(connections, { host, path, timeoutMs, maxBytes: maxAnswerBytes });
  const healthPool = new Pool(origin, { connections: 1 });
  const metrics = needs.metrics.of(name);
  const circuit = breaker(options.breaker ?? standardBreaker);
  /** Counted here: the pool's own count looks at each of its connections every time. */
  let underWay = 0;

  const send = async (request: SubgraphRequest): Promise<Answer> => {
    const { body, caller, until, requestId, span } = request;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'accept-encoding': 'gzip, br',
      authorization: await sign(caller),
    };
    if (requestId) headers['x-request-id'] = requestId;
    if (span) Object.assign(headers, span.headers);
    const text = await post(body, headers, until);
    // To read it, and then to parse it, each keep others waiting.
    if (text.length > longAnswer) await loopTurn();
    return believed(readAnswer(text));
  };

  /** @throws where a request would wait in vain */
  const requireRoom = (now: number) => {
    if (underWay >= maxUnderWay) throw new NotAsked(`${maxUnderWay} requests are waiting already`);
    if (!circuit.allows(now)) throw new NotAsked('it did not answer before');
  };

  const failed = (error: unknown, requestId: string | undefined): void => {
    circuit.failed(performance.now());
    metrics.breaker(circuit.open);
    log.warn({ err: error, subgraph: name, requestId }, 'a subgraph did not answer');
  };

  const refusal = (
    error: unknown,
    { requestId, begin, isTry }: { requestId: string | undefined; begin: number; isTry: boolean },
  ): GraphQLError => {
    const now = performance.now();
    const isPatient = now - begin >= patienceMs;
    if (isTry && (error instanceof Abandoned || error instanceof DeadlineReached) && !isPatient)
      circuit.untried(now);
    if (error instanceof DeadlineReached) {
      if (isPatient) failed(error, requestId);
      return clientError('OPERATION_TIMEOUT', 'The operation took too long and was given up.');
    }
    if (error instanceof Abandoned)
      log.debug({ subgraph: name, requestId }, 'nobody waits for the answer');
    else if (!(error instanceof NotAsked || error instanceof ConnectionsStopped))
      failed(error, requestId);
    const away = `The ${name} service does not answer. Try again.`;
    const refused = clientError('SERVICE_UNAVAILABLE', away);
    // For those who count errors; clients do not get it.
    refused.extensions.serviceName = name;
    return refused;
  };

  const ask: Subgraph['ask'] = async (request) => {
    const begin = performance.now();
    let answer: Answer;
    let isTry = false;
    try {
      requireRoom(begin);
      isTry = circuit.open;
      underWay += 1;
      try {
        answer = await send(request);
      } catch (error) {
        // A query may be asked again; a mutation that broke off may have happened.
        if (!brokenConnection.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
        if (request.kind === 'mutation') throw error;
        answer = await send(request);
      } finally {
        underWay -= 1;
      }
    } catch (error) {
      metrics.failed(begin);
      throw refusal(error, { requestId: request.requestId, begin, isTry });
    }
    if (circuit.succeeded()) metrics.breaker(false);
    metrics.answered(begin);
    requireKnownDocument(name, request.body, answer);
    return answer;
  };

  const askTraced = tracedAsk(name, address, ask);
  return {
    name,
    address,
    ask: askTraced,
    process: ({ request, context }) =>
      askTraced(requestOf(request, context as GatewayContext)) as ReturnType<
        GraphQLDataSource['process']
      >,
    ready: () => requireReady(healthPool, sign, () => ask(signedCall)),
    stop: async () => {
      await connections.stop();
      await healthPool.close();
    },
  };
}

/** Makes a span of each request for work that is traced, and lets the subgraph's be a part of it. */
function tracedAsk(
  name: string,
  { origin }: SubgraphAddress,
  ask: Subgraph['ask'],
): Subgraph['ask'] {
  const about = { 'graphql.subgraph': name, 'server.address': origin };
  const askIn = async (parent: Span, request: SubgraphRequest): Promise<Answer> => {
    const span = parent.child(`fetch ${name}`, 'client', about);
    try {
      const answer = await ask({ ...request, span });
      span.set(errorAttributes(answer.errors));
      span.end();
      return answer;
    } catch (error) {
      span.end(faultOf(error));
      throw error;
    }
  };
  return (request) => (request.span ? askIn(request.span, request) : ask(request));
}

/** The subgraph was not asked, so that this says nothing of how it does. */
class NotAsked extends Error {
  override name = 'NotAsked';
}

/**
 * A subgraph of the product says itself whether it is ready; of any other a signed call must go
 * round.
 * @throws why it is not ready
 */
async function requireReady(
  pool: Pool,
  sign: CallerSigner,
  call: () => Promise<unknown>,
): Promise<void> {
  const silent = () => Promise.reject(new Error('does not answer'));
  const signature = () => sign(signedCall.caller);
  const { status, isOfService } = await signedHealth(pool, '/health/ready', signature).catch(
    silent,
  );
  if (!isOfService) await call().catch(silent);
  else if (status !== 200) throw new Error(readinessProblem(status));
}

/** Shows that a subgraph answers and believes us. */
const signedCall: SubgraphRequest = {
  body: '{"query":"{__typename}"}',
  kind: OperationTypeNode.QUERY,
  caller: { service: 'gateway', roles: [] },
};

/** A request of Apollo's executor. */
export function requestOf(
  { query, variables, operationName }: ProcessRequest,
  { caller, until, requestId, span }: GatewayContext,
): SubgraphRequest {
  const kind = query?.startsWith('mutation') ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY;
  return {
    body: JSON.stringify({ query, variables, operationName }),
    kind,
    caller,
    until,
    requestId,
    span,
  };
}

export type ProcessRequest = Parameters<GraphQLDataSource['process']>[0]['request'];

/**
 * @throws where the subgraph does not believe us, whoever asks: that is no fault of the user's
 *   token
 */
function believed(answer: Answer): Answer {
  const { data, errors } = answer;
  const refused =
    data === undefined && errors?.find(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
  if (refused) throw new Error(`it does not accept our signature: ${refused.message}`);
  return answer;
}
