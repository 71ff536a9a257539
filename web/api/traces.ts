import type { KeptTrace } from '../../runtime/tracing/kept-traces.ts';
import { ApiError, api, headers, refused } from './client.ts';

export type { KeptSpan, KeptTrace } from '../../runtime/tracing/kept-traces.ts';

const address = api.replace(/graphql$/, 'traces');

/**
 * The operations that the gateway keeps for operators; null where it keeps none.
 * @throws ApiError
 */
export async function readTraces(): Promise<KeptTrace[] | null> {
  const response = await fetch(address, { headers: headers() }).catch(() => {
    throw new ApiError('OFFLINE', 'There is no connection.');
  });
  if (response.status === 404) return null;
  const { traces, errors } = await response.json();
  if (errors?.[0]) throw refused(errors[0]);
  return traces;
}
