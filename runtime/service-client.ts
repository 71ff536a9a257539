import { Pool } from 'undici';
import { type CallerSigner, callerSigner, type ServiceSecret } from './caller.ts';
import { ServiceUnavailable } from './errors.ts';
import type { Stop } from './lifecycle.ts';
import { currentRequestId } from './log.ts';
import type { ReadyCheck } from './operations-routes.ts';
import type { ServiceName } from './services.ts';
import { currentSpan, type Span, traced } from './tracing/span.ts';

/** Calls another service by GraphQL, over kept-alive connections. */
export type ServiceClient = {
  /** @throws ServiceUnavailable if there is no answer in time, or it holds errors */
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
  /**
   * Whether a signed request gets an answer from a service that is ready. Rejects with what is
   * wrong.
   */
  ready: ReadyCheck;
  /**
   * The same, but resolves if the service is away. Rejects only if it answers and does not accept
   * our signature.
   */
  believed: ReadyCheck;
  stop: Stop;
};

export type ServiceClientOptions = {
  /** The address of the other service, without a path. */
  url: string;
  /** The calling service. */
  from: ServiceName;
  serviceSecret: ServiceSecret;
  timeoutMs?: number;
};

/**
 * A kept-alive connection broke before the answer, for example because the other service was
 * restarted.
 */
const brokenConnection = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

export function serviceClient({
  url,
  from,
  serviceSecret,
  timeoutMs = 5_000,
}: ServiceClientOptions): ServiceClient {
  const pool = new Pool(url, {
    connections: 32,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: timeoutMs,
  });
  const sign: CallerSigner = callerSigner(serviceSecret);
  const status = (path: HealthPath) =>
    signedHealth(pool, path, () => sign({ service: from, roles: [] })).then(({ status }) => status);
  const ask = async <Data>(
    query: string,
    variables: Record<string, unknown>,
    span: Span | undefined,
  ): Promise<Data> => {
    const requestId = currentRequestId();
    const authorization = await sign({ service: from, roles: [] });
    const send = async (): Promise<{ data?: Data; errors?: { message: string }[] }> => {
      const { body } = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization,
          ...(requestId ? { 'x-request-id': requestId } : {}),
          ...span?.headers,
        },
        body: JSON.stringify({ query, variables }),
      });
      return body.json() as Promise<{ data?: Data }>;
    };
    const answer = await send()
      // Everything that services ask each other is idempotent.
      .catch((error) => (brokenConnection.has(error.code) ? send() : Promise.reject(error)))
      .catch((error) => {
        throw new ServiceUnavailable(`no answer from ${url}: ${error.message}`, { cause: error });
      });
    if (answer.errors?.length || !answer.data) {
      throw new ServiceUnavailable(
        `${url} answered: ${answer.errors?.map((error) => error.message).join('; ')}`,
      );
    }
    return answer.data;
  };
  return {
    ready: async () => {
      const reached = await status('/health/ready');
      if (reached !== 200) throw new Error(readinessProblem(reached));
    },
    believed: async () => {
      if ((await status('/health/live').catch(() => 200)) === 401)
        throw new Error(readinessProblem(401));
    },
    ask: <Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> => {
      const span = currentSpan()?.child(nameOf(query), 'client', { 'server.address': url });
      return traced(span, () => ask<Data>(query, variables, span));
    },
    stop: () => pool.close(),
  };
}

/** How a request to another service is called in a trace: as its operation. */
const nameOf = (query: string): string => /\w+ +\w+/.exec(query)?.[0] ?? 'query';

type HealthPath = '/health/live' | '/health/ready';

/**
 * Requests a service's health with our signature, so that a wrong secret shows before a user meets
 * it. Two services that call each other check `live`. If they checked `ready`, each would wait for
 * the other and neither would become ready.
 * @returns the HTTP status (200 live or ready, 401 signature not accepted, 503 not ready), and
 *   whether a service of the product answered, not something else at that address
 * @throws if there is no answer
 */
export async function signedHealth(
  pool: Pool,
  path: HealthPath,
  sign: () => Promise<string>,
  timeoutMs = 2_000,
): Promise<{ status: number; isOfService: boolean }> {
  const { statusCode: status, body } = await pool.request({
    path,
    method: 'GET',
    headers: { authorization: await sign() },
    signal: AbortSignal.timeout(timeoutMs),
  });
  let text = '';
  for await (const part of body.setEncoding('utf8')) {
    text += part;
    if (text.length > longestHealth) break;
  }
  return { status, isOfService: healthStatus.test(text) };
}

const longestHealth = 10_000;

/** How the answers of `operationsRoutes` begin. */
const healthStatus = /^\{"status":"(ready|not ready|not believed|live)"/;

/** What a status of `signedHealth` other than 200 means. */
export const readinessProblem = (status: number): string =>
  status === 401
    ? 'does not believe our signature: the secrets or the clocks differ'
    : `is not ready (${status})`;
