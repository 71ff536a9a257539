import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Caller } from '../../runtime/caller.ts';
import { clientError } from '../../runtime/errors.ts';
import type { Admitted } from '../admission/admit.ts';
import { withoutDefer } from '../admission/defer-document.ts';
import type { Work } from '../admission/new-operations.ts';
import { maskedPartsOf } from '../admission/rights.ts';
import { buildOperationContext, executeQueryPlan } from '../execution/apollo-executor.ts';
import { withOddValues } from '../execution/completion.ts';
import { copy } from '../execution/entity-merge.ts';
import type { FetchRule } from '../execution/fetch-rules.ts';
import { type Labels, planKey } from '../execution/override-labels.ts';
import { planAhead } from '../execution/plan-ahead.ts';
import type { PlanningThread } from '../execution/planning-thread.ts';
import type { Preparation } from '../execution/prepared-operation.ts';
import type { Send } from '../execution/step.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';
import type { Until } from '../subgraphs/subgraph-http.ts';
import type { Answer } from '../subgraphs/subgraph-request.ts';

/** For whom an event is answered, until when, and how subgraphs are asked for it. */
export type RunBy = { caller: Caller; until: Until; send: Send };

/** A subscription that was planned. */
export type PlannedSubscription = {
  /** The first fetch, which is opened as a subscription at the subgraph that owns the field. */
  primary: FetchNode;
  /** What an event of it may change. */
  rule: FetchRule | undefined;
  /** What fields are called in the answer that have another name in the plan. */
  clientNames: Admitted['clientNames'];
  /** Answers an event of the first fetch: runs the rest of the plan, as for a query. */
  run(
    event: ExecutionResult,
    variables: Record<string, unknown>,
    by: RunBy,
  ): Promise<ExecutionResult>;
};

/**
 * Plans subscriptions, each once for as long as the schema stays.
 * @throws what the planner refuses
 */
export type PlanSubscription = {
  (admitted: ToPlan): PlannedSubscription;
  /** What plans one before it is opened, a large one in a thread; undefined where that is done. */
  unplanned(admitted: ToPlan): Work | undefined;
};

type ToPlan = Pick<Admitted, 'document' | 'operation' | 'caller' | 'clientNames'>;

/**
 * A planner for one supergraph. Apollo's planner plans a subscription as an ordinary first fetch
 * and an ordinary rest. The first is opened as a subscription; for each event, the executor that
 * serves queries runs the rest. What that executor does not take, Apollo's runs as a whole plan, in
 * which the event answers the first fetch.
 */
export function subscriptionPlanner(
  preparation: Preparation,
  subgraph: (name: string) => Subgraph,
  planInThread?: PlanningThread['plan'],
): PlanSubscription {
  const planned = new WeakMap<DocumentNode, Map<string, PlannedSubscription>>();
  const placeOf = ({ document, operation: { operationName }, caller }: ToPlan) => {
    const labels = preparation.labelsFor?.(caller);
    const ofDocument = planned.get(document) ?? new Map<string, PlannedSubscription>();
    planned.set(document, ofDocument);
    return { ofDocument, key: planKey(operationName, labels), labels };
  };
  const planOnce = (asked: ToPlan): PlannedSubscription => {
    const { ofDocument, key, labels } = placeOf(asked);
    const known = ofDocument.get(key);
    if (known) return known;
    const { document, operation, clientNames } = asked;
    const { operationName } = operation;
    const asNamed = { document, operationName, labels };
    const made = { ...plan(preparation, subgraph, asNamed), clientNames };
    ofDocument.set(key, made);
    return made;
  };
  const unplanned: PlanSubscription['unplanned'] = (asked) => {
    const { ofDocument, key, labels } = placeOf(asked);
    if (ofDocument.has(key)) return undefined;
    const { operationName } = asked.operation;
    return async (requireThere) => {
      const toPlan = { document: withoutDefer(asked.document), operationName, labels };
      await planAhead({ preparation, planInThread }, toPlan, requireThere);
      planOnce(asked);
    };
  };
  return Object.assign(planOnce, { unplanned });
}

type Named = {
  document: DocumentNode;
  operationName: string | undefined;
  labels: Labels | undefined;
};

function plan(
  preparation: Preparation,
  subgraph: (name: string) => Subgraph,
  { document: asked, operationName, labels }: Named,
): Omit<PlannedSubscription, 'clientNames'> {
  const document = withoutDefer(asked);
  const { node } = preparation.planOf(document, operationName, labels);
  if (node?.kind !== 'Subscription') throw new Error('a subscription has another kind of plan');
  const { primary, rest } = node;
  const prepared = preparation.prepareRest(
    { document, ...(operationName === undefined ? {} : { operationName }) },
    primary,
    rest,
  );
  // Apollo's executor knows nothing of what is masked.
  if (!prepared && maskedPartsOf(document))
    throw clientError('UNAUTHORIZED_FIELD_OR_TYPE', 'Leave out what you are not allowed to see.');
  const byApollo = apolloRunner(preparation, subgraph, {
    document,
    operationName,
    labels,
    primary,
    rest,
  });
  const run: PlannedSubscription['run'] = (event, variables, by) =>
    prepared?.({ answer: ownCopy(event), variables, send: by.send }) ??
    byApollo(event, variables, by);
  return { primary, rule: preparation.ruleOf(primary), run };
}

type WholePlan = Named & { primary: FetchNode; rest: PlanNode | undefined };

function apolloRunner(
  { schema, apiSchema, supergraphSchema }: Preparation,
  subgraph: (name: string) => Subgraph,
  { document, operationName, primary, rest }: WholePlan,
): PlannedSubscription['run'] {
  const nodes: PlanNode[] = rest ? [primary, rest] : [primary];
  const whole = { kind: 'QueryPlan' as const, node: { kind: 'Sequence' as const, nodes } };
  const context = buildOperationContext({ schema, operationDocument: document, operationName });
  return (event, variables, { caller, until }) => {
    const services = servicesAnsweringWith(event, primary, subgraph);
    // The parts of a request's context that the executor reads.
    const request = { request: { variables }, context: { caller, until }, metrics: {} } as never;
    return withOddValues(
      executeQueryPlan(whole, services, request, context, supergraphSchema, apiSchema),
    );
  };
}

/**
 * An executor writes into the answers it gets, and an event is answered again for those who join
 * later.
 */
const ownCopy = ({ data, errors }: ExecutionResult): Answer => copy({ data, errors }) as Answer;

/**
 * The subgraphs as Apollo's executor knows them. One of them answers the first fetch with the
 * event.
 */
function servicesAnsweringWith(
  event: ExecutionResult,
  primary: FetchNode,
  subgraph: (name: string) => Subgraph,
): Parameters<typeof executeQueryPlan>[1] {
  const answers: Pick<Subgraph, 'process'> = {
    async process(options) {
      if (options.request.query !== primary.operation)
        return subgraph(primary.serviceName).process(options);
      return ownCopy(event) as never;
    },
  };
  return new Proxy(
    {},
    { get: (_, name: string) => (name === primary.serviceName ? answers : subgraph(name)) },
  );
}
