import { operationFromDocument } from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan } from '@apollo/gateway';
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../../runtime/caller.ts';
import { clientError } from '../../runtime/errors.ts';
import type { Answer, Send } from '../execution/plan-steps.ts';
import type { Preparation } from '../execution/prepared-operation.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';

/** A subscription that has been read and planned. */
export type PlannedSubscription = {
  /** What is opened at the subgraph that owns the field: an ordinary fetch, of a subscription. */
  primary: FetchNode;
  /** @throws an array of GraphQL errors where the variables don't fit the operation's */
  checkVariables(variables: Record<string, unknown>): void;
  /** Answers one event of the primary: asks the other subgraphs for the rest, as the answer of a query is put together. */
  run(
    event: ExecutionResult,
    variables: Record<string, unknown>,
    caller: Caller,
  ): Promise<ExecutionResult>;
};

/** What a client wants to subscribe to. */
export type AskedSubscription = {
  query: string;
  operationName?: string | null;
  variables: Record<string, unknown>;
};

/** Reads and plans subscriptions, each once for as long as the schema is the same. */
export type SubscriptionPlanner = {
  /** @throws an array of GraphQL errors where it can't be */
  plan(asked: AskedSubscription): PlannedSubscription;
};

const rememberedPlans = 1_000;

/**
 * A planner for one supergraph. @apollo/gateway plans subscriptions and then refuses to execute them; but what it plans is an
 * ordinary first fetch and an ordinary rest. So the first is opened as a subscription, and for each event the executor that
 * serves queries runs the rest. What it leaves to Apollo's is run there as a whole plan, with that one fetch answered by the event.
 */
export function subscriptionPlanner(
  { schema, apiSchema, supergraphSchema, planner, prepareRest }: Preparation,
  subgraph: (name: string) => Subgraph,
  maxTokens: number,
): SubscriptionPlanner {
  const planned = new LRUCache<string, PlannedSubscription>({ max: rememberedPlans });

  const plan = (
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): PlannedSubscription => {
    const operationName = operation.name?.value;
    const built = planner.buildQueryPlan(
      operationFromDocument(apiSchema, document, { operationName }),
    );
    if (built.node?.kind !== 'Subscription') throw new Error('the plan of a subscription is none');
    const { primary, rest } = built.node;
    const nodes: PlanNode[] = rest ? [primary, rest] : [primary];
    const whole = { kind: 'QueryPlan' as const, node: { kind: 'Sequence' as const, nodes } };
    const operationContext = buildOperationContext({
      schema,
      operationDocument: document,
      operationName,
    });
    const runPrepared = prepareRest({ document, operationName }, primary, rest);
    const run: PlannedSubscription['run'] = (event, variables, caller) => {
      const send: Send = (name, body, kind) => subgraph(name).ask({ body, kind, caller });
      const prepared = runPrepared?.({ answer: ownCopy(event), variables, send });
      if (prepared) return prepared;
      const services = servicesAnsweringWith(event, primary, subgraph);
      // The parts of a request's context that the executor looks at.
      const request = { request: { variables }, context: { caller }, metrics: {} };
      return executeQueryPlan(
        whole,
        services,
        request as never,
        operationContext,
        supergraphSchema,
        apiSchema,
      );
    };
    return {
      primary,
      run,
      checkVariables: (variables) => checkVariables(schema, operation, variables),
    };
  };

  return {
    plan({ query, operationName }) {
      const key = JSON.stringify([query, operationName ?? null]);
      const known = planned.get(key);
      if (known) return known;
      const { document, operation } = readSubscription(schema, query, operationName, maxTokens);
      const result = plan(document, operation);
      planned.set(key, result);
      return result;
    },
  };
}

function readSubscription(
  schema: GraphQLSchema,
  query: string,
  operationName: string | null | undefined,
  maxTokens: number,
) {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens });
  } catch (error) {
    throw [clientError('GRAPHQL_PARSE_FAILED', (error as Error).message)];
  }
  const invalid = validationErrors(schema, document);
  if (invalid.length > 0) throw invalid;
  const operation = getOperationAST(document, operationName);
  if (!operation)
    throw [
      clientError('OPERATION_RESOLUTION_FAILURE', 'The document has no operation of this name.'),
    ];
  return { document, operation };
}

function validationErrors(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const code = 'GRAPHQL_VALIDATION_FAILED';
  try {
    return validate(schema, document).map(
      ({ message, nodes }) =>
        new GraphQLError(message, { nodes: nodes ?? null, extensions: { code } }),
    );
  } catch {
    // graphql-js's rule for one root field collects fields without variables, and stumbles over a directive that has one.
    return [
      clientError(
        code,
        'The field of a subscription cannot be left out: `@skip` and `@include` belong below it.',
      ),
    ];
  }
}

function checkVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): void {
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (errors) throw errors.map(({ message }) => clientError('BAD_USER_INPUT', message));
}

/** An executor writes into what it gets, and an event is run again for those who join later. */
const ownCopy = ({ data, errors }: ExecutionResult): Answer =>
  structuredClone({ data, errors }) as Answer;

/** The subgraphs as Apollo's executor knows them, of which one answers the primary fetch with the event. */
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
