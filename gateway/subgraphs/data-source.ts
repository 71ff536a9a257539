import type { GraphQLDataSource } from '@apollo/gateway';
import { type ExecutionResult, GraphQLError, type OperationTypeNode } from 'graphql';
import { Histogram, type Registry } from 'prom-client';
import { Pool } from 'undici';
import type { Caller, CallerSigner } from '../../runtime/caller.ts';
import type { ReadyCheck } from '../../runtime/http-server.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import { currentRequestId, type Log } from '../../runtime/log.ts';
import { readinessProblem, signedHealth } from '../../runtime/service-client.ts';
import type { Answer } from '../execution/plan-steps.ts';
import { poster } from './subgraph-http.ts';

/** What a request carries through the gateway: who asks, and the answer where the subgraphs have given it already. */
export type GatewayContext = { caller: Caller; answered?: Promise<ExecutionResult> | undefined };

/** What is asked of a subgraph: the whole body of the request, and for whom. */
export type SubgraphRequest = { body: string; kind: OperationTypeNode; caller: Caller };

/** A subgraph as the gateway calls it, over kept-alive connections. */
export type Subgraph = GraphQLDataSource & {
  name: string;
  url: string;
  /** @throws SERVICE_UNAVAILABLE */
  ask(request: SubgraphRequest): Promise<Answer>;
  ready: ReadyCheck;
  stop: Stop;
};

export type SubgraphOptions = { name: string; url: string; timeoutMs: number };

export type SubgraphNeeds = { sign: CallerSigner; metrics: Registry; log: Log };

const maxConnections = 64;
/** More waiting than this, and the subgraph is not keeping up: refusing at once is kinder than a timeout later. */
const maxUnderWay = 5_000;
/** The connection broke before an answer began, as when the subgraph restarts. */
const brokenConnection = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * Passes on who asks, signed, and the request's id; nothing else that a client sends reaches a subgraph.
 * One that is down, slow or talks nonsense gives `SERVICE_UNAVAILABLE`, naming the subgraph and not its address.
 */
export function openSubgraph(
  { name, url, timeoutMs }: SubgraphOptions,
  { sign, metrics, log }: SubgraphNeeds,
): Subgraph {
  const pool = new Pool(url, {
    connections: maxConnections,
    connectTimeout: Math.min(timeoutMs, 3_000),
  });
  const post = poster(pool, timeoutMs);
  const seconds = requestSeconds(metrics);
  /** Counted here: the pool's own count looks at each of its connections every time. */
  let underWay = 0;
  const [answered, failed] = [seconds.labels(name, 'answered'), seconds.labels(name, 'failed')];

  const send = async (body: string, authorization: string): Promise<Answer> => {
    const requestId = currentRequestId();
    const headers: Record<string, string> = { 'content-type': 'application/json', authorization };
    if (requestId) headers['x-request-id'] = requestId;
    const result = JSON.parse(await post(body, headers)) as Answer;
    if (!result || (result.data === undefined && !result.errors?.length))
      throw new Error('the answer is not GraphQL');
    // It does not believe us, whoever asks: that is no fault of the user's token.
    if (
      result.data === undefined &&
      result.errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
    )
      throw new Error(`it does not accept our signature: ${result.errors[0]?.message}`);
    return result;
  };

  const ask: Subgraph['ask'] = async ({ body, kind, caller }) => {
    const authorization = await sign(caller);
    const begin = performance.now();
    underWay += 1;
    try {
      if (underWay > maxUnderWay) throw new Error(`${maxUnderWay} requests are waiting already`);
      const answer = await send(body, authorization).catch((error) => {
        // A query may be asked again; a mutation that broke off may have happened.
        if (brokenConnection.has(error.code) && kind !== 'mutation')
          return send(body, authorization);
        throw error;
      });
      answered.observe((performance.now() - begin) / 1_000);
      return answer;
    } catch (error) {
      failed.observe((performance.now() - begin) / 1_000);
      log.warn({ err: error, subgraph: name }, 'a subgraph did not answer');
      throw new GraphQLError(`The ${name} service does not answer at present. Try again.`, {
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      });
    } finally {
      underWay -= 1;
    }
  };

  return {
    name,
    url,
    ask,
    async process({ request, context }) {
      const { query, variables, operationName } = request;
      const kind = (query?.startsWith('mutation') ? 'mutation' : 'query') as OperationTypeNode;
      const { caller } = context as GatewayContext;
      const answer = await ask({
        body: JSON.stringify({ query, variables, operationName }),
        kind,
        caller,
      });
      return answer as Awaited<ReturnType<GraphQLDataSource['process']>>;
    },
    async ready() {
      const signature = () => sign({ service: 'gateway', roles: [] });
      const status = await signedHealth(pool, '/health/ready', signature, timeoutMs).catch(() => {
        throw new Error('does not answer');
      });
      if (status !== 200) throw new Error(readinessProblem(status));
    },
    stop: () => pool.close(),
  };
}

const histogramName = 'gateway_subgraph_request_seconds';

const requestSeconds = (metrics: Registry): Histogram<'subgraph' | 'outcome'> =>
  (metrics.getSingleMetric(histogramName) as Histogram<'subgraph' | 'outcome'> | undefined) ??
  new Histogram({
    name: histogramName,
    help: 'How long subgraphs take to answer the gateway.',
    labelNames: ['subgraph', 'outcome'],
    registers: [metrics],
  });
