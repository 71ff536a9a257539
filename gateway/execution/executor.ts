import { buildOperationContext, executeQueryPlan } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, type ExecutionResult, type GraphQLError, Kind } from 'graphql';
import { LRUCache } from 'lru-cache';
import { clientError } from '../../runtime/errors.ts';
import type { Gone } from '../../runtime/gone.ts';
import type { Span } from '../../runtime/tracing/span.ts';
import type { Admitted } from '../admission/admit.ts';
import { deferring, withoutDefer } from '../admission/defer-document.ts';
import { maskedPartsOf } from '../admission/rights.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';
import type { Until } from '../subgraphs/subgraph-http.ts';
import type { Answering } from './deferred-operation.ts';
import type { Labels } from './override-labels.ts';
import type { Preparation, PreparedOperation } from './prepared-operation.ts';
import type { Reads } from './reads.ts';
import type { Send } from './step.ts';

/**
 * Executes a query or a mutation that was admitted. Its errors are not masked yet.
 * @param gone aborted when nobody waits for the result any more: a query is then given up, a
 *   mutation is not
 */
export type Execute = (admitted: Admitted, gone?: Gone) => Promise<ExecutionResult>;

/** The same for a client that reads an answer in parts; undefined where it must be one. */
export type ExecuteInParts = (admitted: Admitted, gone?: Gone) => Promise<Answering> | undefined;

export type ExecutorNeeds = {
  subgraph: (name: string) => Subgraph;
  reads: Reads;
  /** How long an operation may take, with all that it asks of subgraphs. */
  timeoutMs: number;
  /** Told of each operation whether its plan was there. */
  countPlan?: (found: 'hit' | 'miss') => void;
};

/** An operation as it is executed again: prepared here, or planned for Apollo's executor. */
type Made = { prepared?: PreparedOperation; plan?: QueryPlan };

/**
 * Executes operations on one supergraph. What `ApolloGateway` does for each request (plan looked up
 * by a hash, fetches by `node-fetch`, traces, an answer put together by walking the operation) is
 * done once for each operation here. What is not prepared, such as introspection, is executed by Apollo's executor.
 */
export function executor(
  preparation: Preparation,
  { subgraph, reads, timeoutMs, countPlan: count = () => {} }: ExecutorNeeds,
): { execute: Execute; executeInParts: ExecuteInParts } {
  const remembered = new WeakMap<DocumentNode, Map<string, Made>>();

  const prepare = (
    document: DocumentNode,
    operationName: string | undefined,
    labels: Labels | undefined,
    span?: Span,
  ): Made => {
    const ofDocument = remembered.get(document) ?? new Map<string, Made>();
    remembered.set(document, ofDocument);
    const key = `${operationName ?? ''} ${labels?.key ?? ''}`;
    const known = ofDocument.get(key);
    count(known ? 'hit' : 'miss');
    if (known) return known;
    const planning = span?.child('plan', 'internal');
    const prepared = preparation.prepare(document, operationName, labels);
    planning?.end();
    const made = prepared ? { prepared } : {};
    ofDocument.set(key, made);
    return made;
  };

  const senderOf = ({ caller, record, fresh }: Admitted, until: Until): Send => {
    const { requestId, span } = record;
    return (name, body, kind, more) => {
      const request = { body, kind, caller, until, requestId, span };
      return reads.ask(subgraph(name), request, { ...more, fresh });
    };
  };
  const untilOf = ({ operation }: Admitted, gone: Gone | undefined): Until => ({
    deadline: performance.now() + timeoutMs,
    signal: operation.kind === 'mutation' ? undefined : gone,
  });

  const introspected = new LRUCache<DocumentNode, ExecutionResult>({ max: maxIntrospected });
  const deferred = new WeakMap<DocumentNode, Map<string, Deferred>>();
  const executeInParts: ExecuteInParts = (admitted, gone) => {
    const { document, operation, caller } = admitted;
    const { operationName, variables } = operation;
    const parts = operation.kind === 'query' ? deferring(document, variables) : undefined;
    if (!parts) return undefined;
    const labels = preparation.labelsFor?.(caller);
    const ofDocument = deferred.get(document) ?? new Map<string, Deferred>();
    deferred.set(document, ofDocument);
    const key = `${operationName ?? ''} ${labels?.key ?? ''} ${parts.key}`;
    const run = ofDocument.has(key)
      ? ofDocument.get(key)
      : preparation.prepareDeferred(parts, operationName, labels);
    if (ofDocument.size < maxDeferred) ofDocument.set(key, run);
    return run?.({ variables, send: senderOf(admitted, untilOf(admitted, gone)) });
  };

  const execute: Execute = async (asked, gone) => {
    const document = withoutDefer(asked.document);
    const admitted = document === asked.document ? asked : { ...asked, document };
    const { caller, record } = admitted;
    const { operationName, variables } = admitted.operation;
    const until = untilOf(admitted, gone);
    const labels = preparation.labelsFor?.(caller);
    const made = prepare(document, operationName, labels, record.span);
    const send = senderOf(admitted, until);
    const running = made.prepared?.execute({ variables, send });
    if (running) return running;
    // Apollo's executor knows nothing of what is masked.
    if (maskedPartsOf(document))
      throw clientError('UNAUTHORIZED_FIELD_OR_TYPE', 'Ask for introspection by itself.');
    made.plan ??= preparation.planOf(document, operationName, labels);
    const known = introspected.get(document);
    if (known) return known;
    const result = await executeByApollo(
      preparation,
      { subgraph, plan: made.plan, until },
      admitted,
    );
    if (!made.plan.node && isFixed(document)) introspected.set(document, result);
    return result;
  };
  return { execute, executeInParts };
}

/** What only introspection answers is large and dear, and the same until the schema changes. */
const maxIntrospected = 8;

/** One operation without variables: nothing but the schema changes its answer. */
const isFixed = ({ definitions }: DocumentNode): boolean => {
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operations.length === 1 && !operations[0]?.variableDefinitions?.length;
};

type Deferred = ReturnType<Preparation['prepareDeferred']>;

/** More combinations of deferred parts of one document are planned anew each time. */
const maxDeferred = 32;

async function executeByApollo(
  { schema, apiSchema, supergraphSchema }: Preparation,
  { subgraph, plan, until }: { plan: QueryPlan; until: Until } & Pick<ExecutorNeeds, 'subgraph'>,
  { document, operation: { operationName, variables }, caller, record }: Admitted,
): Promise<ExecutionResult> {
  const operationContext = buildOperationContext({
    schema,
    operationDocument: document,
    operationName,
  });
  // The parts of a request's context that the executor looks at.
  const { requestId, span } = record;
  const context = { caller, until, requestId, span };
  const request = { request: { variables }, context, metrics: {} };
  const services = new Proxy({}, { get: (_, name: string) => subgraph(name) });
  const { extensions, ...result } = await executeQueryPlan(
    plan,
    services,
    request as never,
    operationContext,
    supergraphSchema,
    apiSchema,
  );
  // What Apollo found when it completed the data is an error, as the specification wants.
  const found = (extensions?.valueCompletion ?? []) as GraphQLError[];
  return found.length > 0 ? { ...result, errors: found } : result;
}
