import type { RequestListener } from 'node:http';
import { clientError } from '../../runtime/errors.ts';
import { isOperator } from '../../runtime/identity/claims.ts';
import type { IdentityVerifier } from '../../runtime/identity/identity.ts';
import { sendJson } from '../../runtime/send-json.ts';
import { processTraces } from '../../runtime/tracing/process-traces.ts';
import type { RefusalOf } from '../admission/refusal.ts';

export type KeptTracesNeeds = { identify: IdentityVerifier; refusalOf: RefusalOf; size: number };

/** Where operators read the operations that this process keeps, with the steps of each. */
export function keptTraces({ identify, refusalOf, size }: KeptTracesNeeds): RequestListener {
  const { store } = processTraces(size);
  const read = async (authorization: string | undefined) => {
    const identity = await identify(authorization);
    if (!identity) throw clientError('UNAUTHENTICATED', 'Sign in as an operator.');
    if (!isOperator(identity)) throw clientError('FORBIDDEN', 'Only operators may see this.');
    return { traces: store.all() };
  };
  return (request, response) => {
    response.setHeader('cache-control', 'no-store');
    read(request.headers.authorization).then(
      (kept) => sendJson(response, 200, kept),
      (error) => {
        const { status, result } = refusalOf(error);
        sendJson(response, status, result);
      },
    );
  };
}
