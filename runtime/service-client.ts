import { Pool } from 'undici';
import { type CallerSigner, callerSigner } from './caller.ts';
import { ServiceUnavailable } from './errors.ts';
import type { Stop } from './lifecycle.ts';
import { currentRequestId } from './log.ts';
import type { ServiceName } from './services.ts';

/** Asks a sister service in GraphQL, over kept-alive connections. */
export type ServiceClient = {
  /** @throws ServiceUnavailable when there is no answer in time, or it holds errors */
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
  stop: Stop;
};

export type ServiceClientOptions = {
  /** Where the other service listens, without a path. */
  url: string;
  /** Who we are. */
  from: ServiceName;
  serviceSecret: string;
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
  return {
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
