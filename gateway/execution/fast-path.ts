import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { callerOf, type IdentityVerifier } from '../admission/identity.ts';
import type { AskedOperation } from '../admission/operation-cost.ts';
import type { Data } from './entity-merge.ts';
import type { Execution } from './executor.ts';

export type KnownOperationsNeeds = {
  execution: Execution;
  /** Weighs what is asked, and fills in its text. @throws what is to be refused */
  admit: (asked: AskedOperation) => AskedOperation;
  identify: IdentityVerifier;
};

export type KnownOperations = {
  /** Answers a request for an operation that was answered before. @returns false where Apollo Server is to answer it */
  answer(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<boolean>;
  /** The answer that the subgraphs have given already to a request that Apollo Server is to finish. */
  answered(request: IncomingMessage): Promise<ExecutionResult> | undefined;
};

const json = 'application/json; charset=utf-8';
const responseJson = 'application/graphql-response+json; charset=utf-8';
/** What Apollo Server makes of the `Accept` headers that clients send, to the letter. Any other it reads itself. */
const contentTypes = new Map<string | undefined, string>([
  [undefined, json],
  ['*/*', json],
  ['application/json', json],
  ['application/json, */*', json],
  ['application/graphql-response+json', responseJson],
  ['application/graphql-response+json,application/json;q=0.9', responseJson],
  ['application/graphql-response+json, application/json', responseJson],
]);

/**
 * Most requests ask what was asked before and nothing is wrong with them: those are answered here, and cost a fraction. Every
 * other one takes the long way through Apollo Server, which so has the one say in what a refusal, an error or a status looks
 * like; and one whose execution has met an error is finished there too.
 */
export function knownOperations({
  execution,
  admit,
  identify,
}: KnownOperationsNeeds): KnownOperations {
  const begun = new WeakMap<IncomingMessage, Promise<ExecutionResult>>();

  const admitted = async ({ headers }: IncomingMessage, body: unknown) => {
    if (!isPlain(body)) return undefined;
    try {
      const { query, operationName, variables } = admit(body);
      // A text that is still unknown belongs to an id that means nothing here.
      if (typeof query !== 'string') return undefined;
      const asked = {
        query,
        operationName: operationName as string | null | undefined,
        variables: (variables ?? {}) as Data,
      };
      return { asked, caller: callerOf(await identify(headers.authorization)) };
    } catch {
      // Apollo Server comes to the same end and words it.
      return undefined;
    }
  };

  return {
    async answer(request, response, body) {
      const contentType =
        request.method === 'POST' ? contentTypes.get(request.headers.accept) : undefined;
      const ready = contentType && (await admitted(request, body));
      const executing = ready && execution.executeKnown(ready.asked, ready);
      if (!executing) return false;
      // Never executed twice, whatever comes of it.
      begun.set(request, executing);
      const result = await executing.catch(() => undefined);
      if (!result || result.errors || result.extensions) return false;
      // Not by `writeHead`, after which the length is unknown and the answer sent in chunks.
      response.setHeader('cache-control', 'no-store');
      response.setHeader('content-type', contentType);
      response.end(`${JSON.stringify({ data: result.data })}\n`);
      return true;
    },
    answered: (request) => begun.get(request),
  };
}

/** Whether a body is an operation, by its text or by a registered id, and nothing more; only JSON is parsed into a body. */
function isPlain(body: unknown): body is AskedOperation {
  if (!isRecord(body)) return false;
  const { query, operationName, variables, extensions } = body as AskedOperation;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    return false;
  if (!isRecord(variables ?? {}) || !isRecord(extensions ?? {})) return false;
  const { persistedQuery, ...others } = (extensions ?? {}) as {
    persistedQuery?: { version?: unknown };
  };
  if (Object.keys(others).length > 0) return false;
  return query === undefined
    ? persistedQuery?.version === 1
    : query !== '' && persistedQuery === undefined;
}

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
