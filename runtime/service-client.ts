import { Pool } from 'undici';
import { type CallerSigner, callerSigner, type ServiceSecret } from './caller.ts';
import { ServiceUnavailable } from './errors.ts';
import type { ReadyCheck } from './http-server.ts';
import type { Stop } from './lifecycle.ts';
import { currentRequestId } from './log.ts';
import type { ServiceName } from './services.ts';

/** Asks a sister service in GraphQL, over kept-alive connections. */
export type ServiceClient = {
  /** @throws ServiceUnavailable when there is no answer in time, or it holds errors */
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
  /** Whether a signed request gets an answer from a service that is ready. Rejects with what is wrong. */
  ready: ReadyCheck;
  /** The same, but a service that is away is no objection: only one that answers and does not believe us is. */
  believed: ReadyCheck;
  stop: Stop;
};

export type ServiceClientOptions = {
  /** Where the other service listens, without a path. */
  url: string;
  /** Who we are. */
  from: ServiceName;
  serviceSecret: ServiceSecret;
  timeoutMs?: number;
};

/** A kept-alive connection broke before an answer, as when the other service was started again. */
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
    signedHealth(pool, path, () => sign({ service: from, roles: [] }));
  return {
    ready: async () => {
      const reached = await status('/health/ready');
      if (reached !== 200) throw new Error(readinessProblem(reached));
    },
    believed: async () => {
      if ((await status('/health/live').catch(() => 200)) === 401)
        throw new Error(readinessProblem(401));
    },
    async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
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
          },
          body: JSON.stringify({ query, variables }),
        });
        return body.json() as Promise<{ data?: Data }>;
      };
      const answer = await send()
        // Whatever services ask each other may be asked twice.
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
    },
    stop: () => pool.close(),
  };
}

type HealthPath = '/health/live' | '/health/ready';

/**
 * Asks for a service's health with our signature: one that does not believe us says so here, before a user is told. Two
 * services that call each other ask whether the other is live: each would wait for the other's readiness for ever.
 * @returns the HTTP status: 200 live or ready, 401 it does not believe our signature, 503 not ready
 * @throws where there is no answer
 */
export async function signedHealth(
  pool: Pool,
  path: HealthPath,
  sign: () => Promise<string>,
  timeoutMs = 2_000,
): Promise<number> {
  const { statusCode, body } = await pool.request({
    path,
    method: 'GET',
    headers: { authorization: await sign() },
    signal: AbortSignal.timeout(timeoutMs),
  });
  await body.dump();
  return statusCode;
}

/** What a status of `signedHealth` other than 200 means. */
export const readinessProblem = (status: number): string =>
  status === 401
    ? 'does not believe our signature: the secrets or the clocks differ'
    : `is not ready (${status})`;
