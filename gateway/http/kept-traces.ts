import type { IncomingMessage, RequestListener } from 'node:http';
import { clientError } from '../../runtime/errors.ts';
import { isOperator } from '../../runtime/identity/claims.ts';
import { sendJson } from '../../runtime/send-json.ts';
import { processTraces } from '../../runtime/tracing/process-traces.ts';
import type { Admission } from '../admission/admit.ts';
import type { RefusalOf } from '../admission/refusal.ts';
import { isToBeSent } from './late-refusal.ts';

export type KeptTracesNeeds = Pick<Admission, 'identify' | 'late'> & {
  refusalOf: RefusalOf;
  size: number;
};

/** Where operators read the operations that this process keeps, with the steps of each. */
export function keptTraces({ identify, late, refusalOf, size }: KeptTracesNeeds): RequestListener {
  const { store } = processTraces(size);
  const read = async (request: IncomingMessage) => {
    const identity = await identify({ request }, request.headers.authorization);
    if (!identity) throw clientError('UNAUTHENTICATED', 'Sign in as an operator.');
    if (!isOperator(identity)) throw clientError('FORBIDDEN', 'Only operators may see this.');
    return { traces: store.all() };
  };
  return (request, response) => {
    response.setHeader('cache-control', 'no-store');
    read(request).then(
      (kept) => sendJson(response, 200, kept),
      async (error) => {
        const { status, result } = refusalOf(error);
        if (await isToBeSent(late, request, response, error)) sendJson(response, status, result);
      },
    );
  };
}
