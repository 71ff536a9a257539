import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, type ExecutionResult, type GraphQLError, Kind } from 'graphql';
import { LRUCache } from 'lru-cache';
import { clientError } from '../../runtime/errors.ts';
import type { Gone } from '../../runtime/gone.ts';
import { faultOf, type Span } from '../../runtime/tracing/span.ts';
import type { Admitted } from '../admission/admit.ts';
import { deferring, type Labelled, withoutDefer } from '../admission/defer-document.ts';
import type { Work } from '../admission/new-operations.ts';
import { maskedPartsOf } from '../admission/rights.ts';
import { maxErrors } from '../subgraphs/answer.ts';
import { type ProcessRequest, requestOf, type Subgraph } from '../subgraphs/data-source.ts';
import type { Until } from '../subgraphs/subgraph-http.ts';
import { buildOperationContext, executeQueryPlan } from './apollo-executor.ts';
import { withOddValues } from './completion.ts';
import type { Answering } from './deferred-operation.ts';
import { type Labels, planKey } from './override-labels.ts';
import { planAhead } from './plan-ahead.ts';
import type { PlanningThread } from './planning-thread.ts';
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
  /** Plans large operations before they are executed; without it all are planned here. */
  planInThread?: PlanningThread['plan'];
  /** Told of each operation whether its plan was there, or was made for it. */
  countPlan?: (found: 'hit' | 'miss') => void;
};

export type Executor = {
  execute: Execute;
  executeInParts: ExecuteInParts;
  /**
   * What plans an operation before it is executed; undefined where that has been done.
   * @param inParts whether its client reads an answer in parts
   */
  unplanned(admitted: Admitted, inParts: boolean): Work | undefined;
};

/** An operation as it is executed again: prepared here, or planned for Apollo's executor. */
type Made = { prepared?: PreparedOperation; plan?: QueryPlan; isUsed?: true };

/**
 * Executes operations on one supergraph. What `ApolloGateway` does for each request (plan looked up
 * by a hash, fetches by `node-fetch`, traces, an answer put together by walking the operation) is
 * done once for each operation here. What is not prepared, such as introspection, is executed by
 * Apollo's executor.
 */
export function executor(
  preparation: Preparation,
  { subgraph, reads, timeoutMs, planInThread, countPlan: count = () => {} }: ExecutorNeeds,
): Executor {
  const remembered = new WeakMap<DocumentNode, Map<string, Made>>();

  const prepare = (
    document: DocumentNode,
    operationName: string | undefined,
    labels: Labels | undefined,
    span?: Span,
  ): Made => {
    const ofDocument = remembered.get(document) ?? new Map<string, Made>();
    remembered.set(document, ofDocument);
    const key = planKey(operationName, labels);
    const known = ofDocument.get(key);
    if (known) return known;
    const prepared = planned(span, () => preparation.prepare(document, operationName, labels));
    const made: Made = prepared ? { prepared } : {};
    ofDocument.set(key, made);
    return made;
  };

  const senderOf = ({ caller, record, fresh }: Admitted, until: Until): Send => {
    const { requestId, span, readKept: onKept } = record;
    return (name, body, kind, more) => {
      const request = { body, kind, caller, until, requestId, span };
      const { entities, rule } = more;
      return reads.ask(subgraph(name), request, { entities, rule, fresh, onKept });
    };
  };
  const untilOf = ({ operation }: Admitted, gone: Gone | undefined): Until => ({
    deadline: performance.now() + timeoutMs,
    signal: operation.kind === 'mutation' ? undefined : gone,
  });

  const introspected = new LRUCache<DocumentNode, ExecutionResult>({ max: maxIntrospected });
  const deferred = new WeakMap<DocumentNode, LRUCache<string, { run: Deferred }>>();
  /** What is deferred of an operation; undefined where nothing is. */
  const deferredOf = ({ document, operation, caller }: Admitted) => {
    const { operationName, variables } = operation;
    const parts = operation.kind === 'query' ? deferring(document, variables) : undefined;
    if (!parts) return undefined;
    const labels = preparation.labelsFor?.(caller);
    const ofDocument = deferred.get(document) ?? new LRUCache({ max: maxDeferred });
    deferred.set(document, ofDocument);
    const key = `${planKey(operationName, labels)} ${parts.key}`;
    let labelled: Labelled | undefined;
    const labelledOnce = () => {
      labelled ??= parts.labelled();
      return labelled;
    };
    return {
      isPlanned: ofDocument.has(key),
      document: () => labelledOnce().document,
      plan(span?: Span): Deferred {
        const known = ofDocument.get(key);
        if (known) return known.run;
        const run = planned(span, () =>
          preparation.prepareDeferred(labelledOnce(), operationName, labels),
        );
        ofDocument.set(key, { run });
        return run;
      },
    };
  };
  const executeInParts: ExecuteInParts = (admitted, gone) => {
    const { variables } = admitted.operation;
    const run = deferredOf(admitted)?.plan(admitted.record.span);
    return run?.({ variables, send: senderOf(admitted, untilOf(admitted, gone)) });
  };

  const unplanned: Executor['unplanned'] = (admitted, inParts) => {
    const parts = inParts ? deferredOf(admitted) : undefined;
    const document = withoutDefer(admitted.document);
    const { operationName } = admitted.operation;
    const labels = preparation.labelsFor?.(admitted.caller);
    const isPlanned = parts
      ? parts.isPlanned
      : remembered.get(document)?.has(planKey(operationName, labels));
    if (isPlanned) return undefined;
    return async (requireThere) => {
      const planning = admitted.record.span?.child('plan', 'internal');
      try {
        const asked = { document: parts?.document() ?? document, operationName, labels };
        await planAhead({ preparation, planInThread }, asked, requireThere);
        if (!parts?.plan()) prepare(document, operationName, labels);
      } finally {
        planning?.end();
      }
    };
  };

  const execute: Execute = async (asked, gone) => {
    const document = withoutDefer(asked.document);
    const admitted = document === asked.document ? asked : { ...asked, document };
    const { caller, record } = admitted;
    const { operationName, variables } = admitted.operation;
    const until = untilOf(admitted, gone);
    const labels = preparation.labelsFor?.(caller);
    const made = prepare(document, operationName, labels, record.span);
    count(made.isUsed ? 'hit' : 'miss');
    made.isUsed = true;
    const send = senderOf(admitted, until);
    const running = made.prepared?.execute({ variables, send });
    // Waited for here: a promise that an async function returns takes two turns more.
    if (running) return await running;
    // Apollo's executor knows nothing of what is masked.
    if (maskedPartsOf(document))
      throw clientError('UNAUTHORIZED_FIELD_OR_TYPE', 'Ask for introspection by itself.');
    made.plan ??= preparation.planOf(document, operationName, labels);
    const known = introspected.get(document);
    if (known) return known;
    const result = await executeByApollo(
      preparation,
      { subgraph, reads, plan: made.plan, until },
      admitted,
    );
    if (!made.plan.node && isFixed(document)) introspected.set(document, result);
    return result;
  };
  return { execute, executeInParts, unplanned };
}

/** Plans something, as a step of a trace that ends also where the planner refuses it. */
function planned<T>(span: Span | undefined, plan: () => T): T {
  const planning = span?.child('plan', 'internal');
  let fault: string | undefined;
  try {
    return plan();
  } catch (error) {
    fault = faultOf(error);
    throw error;
  } finally {
    planning?.end(fault);
  }
}

/** What only introspection answers is large and dear, and the same until the schema changes. */
const maxIntrospected = 8;

/** One operation without variables: nothing but the schema changes its answer. */
const isFixed = ({ definitions }: DocumentNode): boolean => {
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operations.length === 1 && !operations[0]?.variableDefinitions?.length;
};

type Deferred = ReturnType<Preparation['prepareDeferred']>;

/** So many combinations of deferred parts of one document are remembered. */
const maxDeferred = 32;

type ByApolloNeeds = { plan: QueryPlan; until: Until } & Pick<ExecutorNeeds, 'subgraph' | 'reads'>;

async function executeByApollo(
  { schema, apiSchema, supergraphSchema, ruleOf }: Preparation,
  { subgraph, reads, plan, until }: ByApolloNeeds,
  { document, operation: { operationName, variables }, caller, record, fresh }: Admitted,
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
  const askOf =
    (name: string) =>
    ({ request }: { request: ProcessRequest }) => {
      const asked = requestOf(request, context);
      const operation = String(request.query);
      // Entities are kept one by one, for which their parts would have to be known.
      const isWhole = !request.variables?.representations;
      const rule = isWhole ? ruleOf({ operation, operationKind: asked.kind }) : undefined;
      return reads.ask(subgraph(name), asked, { rule, fresh });
    };
  const services = new Proxy({}, { get: (_, name: string) => ({ process: askOf(name) }) });
  const answered = executeQueryPlan(
    plan,
    services,
    request as never,
    operationContext,
    supergraphSchema,
    apiSchema,
  );
  const { extensions, ...result } = await withOddValues(answered);
  // What Apollo found when it completed the data is an error, as the specification wants.
  const found = ((extensions?.valueCompletion ?? []) as GraphQLError[]).slice(0, maxErrors);
  return found.length > 0 ? { ...result, errors: found } : result;
}
