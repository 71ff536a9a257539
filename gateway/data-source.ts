import type { GraphQLDataSource } from '@apollo/gateway';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { Histogram, type Registry } from 'prom-client';
import { Pool } from 'undici';
import type { Caller, CallerSigner } from '../runtime/caller.ts';
import type { ReadyCheck } from '../runtime/http-server.ts';
import type { Stop } from '../runtime/lifecycle.ts';
import { currentRequestId, type Log } from '../runtime/log.ts';

/** What a request carries through the gateway: who asks. */
export type GatewayContext = { caller: Caller };

/** A subgraph as the gateway calls it, over kept-alive connections. */
export type Subgraph = GraphQLDataSource & { name: string; url: string; ready: ReadyCheck; stop: Stop };

export type SubgraphOptions = { name: string; url: string; timeoutMs: number };

export type SubgraphNeeds = { sign: CallerSigner; metrics: Registry; log: Log };

type Answer = { data?: Record<string, unknown> | null; errors?: GraphQLFormattedError[] };

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
  const pool = new Pool(url, { connections: maxConnections, connectTimeout: Math.min(timeoutMs, 3_000) });
  const seconds = requestSeconds(metrics);
  /** Counted here: the pool's own count looks at each of its connections every time. */
  let underWay = 0;

  const send = async (body: string, authorization: string): Promise<Answer> => {
    const requestId = currentRequestId();
    const answer = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization,
        ...(requestId ? { 'x-request-id': requestId } : {}),
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const result = JSON.parse(await answer.body.text()) as Answer;
    if (!result || (result.data === undefined && !result.errors?.length)) throw new Error('the answer is not GraphQL');
    // It does not believe us, whoever asks: that is no fault of the user's token.
    if (result.data === undefined && result.errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED'))
      throw new Error(`it does not accept our signature: ${result.errors[0]?.message}`);
    return result;
  };

  return {
    name,
    url,
    async process({ request, context }) {
      const authorization = await sign((context as GatewayContext).caller);
      const body = JSON.stringify({
        query: request.query,
        variables: request.variables,
        operationName: request.operationName,
      });
      const done = seconds.startTimer({ subgraph: name });
      underWay += 1;
      try {
        if (underWay > maxUnderWay) throw new Error(`${maxUnderWay} requests are waiting already`);
        const answer = await send(body, authorization).catch((error) => {
          // A query may be asked again; a mutation that broke off may have happened.
          if (brokenConnection.has(error.code) && !request.query?.startsWith('mutation'))
            return send(body, authorization);
          throw error;
        });
        done({ outcome: 'answered' });
        return answer as Awaited<ReturnType<GraphQLDataSource['process']>>;
      } catch (error) {
        done({ outcome: 'failed' });
        log.warn({ err: error, subgraph: name }, 'a subgraph did not answer');
        throw new GraphQLError(`The ${name} service does not answer at present. Try again.`, {
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        });
      } finally {
        underWay -= 1;
      }
    },
    async ready() {
      const { statusCode, body } = await pool
        .request({ path: '/health/ready', method: 'GET', signal: AbortSignal.timeout(timeoutMs) })
        .catch(() => {
          throw new Error('does not answer');
        });
      await body.dump();
      if (statusCode !== 200) throw new Error(`is not ready (${statusCode})`);
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
