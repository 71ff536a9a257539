import type { KeptTrace } from '../../runtime/tracing/kept-traces.ts';
import { ask, besideApi, headers, refused } from './client.ts';

export type { KeptSpan, KeptTrace } from '../../runtime/tracing/kept-traces.ts';

/**
 * The operations that the gateway keeps for operators; null where it keeps none.
 * @throws ApiError
 */
export async function readTraces(): Promise<{ traces: KeptTrace[] | null }> {
  const response = await ask(besideApi('traces'), { headers: headers() });
  if (response.status === 404) return { traces: null };
  const { traces, errors } = await response.json();
  if (errors?.[0]) throw refused(errors[0]);
  return { traces };
}
