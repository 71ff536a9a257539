import { type Operation, operationFromDocument } from '@apollo/federation-internals';
import type { FetchNode, PlanNode, QueryPlan, QueryPlanner } from '@apollo/query-planner';
import {
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { Labelled } from '../admission/defer-document.ts';
import { maskedPartsOf } from '../admission/rights.ts';
import type { Answer } from '../subgraphs/subgraph-request.ts';
import { type KeepingOf, keepingBy } from './cache-control.ts';
import { completeData } from './completion.ts';
import { type Answering, deferredOperation } from './deferred-operation.ts';
import { type Data, own } from './entity-merge.ts';
import { errorsOfFailed } from './failed-fetch.ts';
import { fetchRules, type RuleOf } from './fetch-rules.ts';
import { takeAnswer } from './fetch-step.ts';
import { keptPlans } from './kept-plans.ts';
import { maskData } from './masking.ts';
import { type Labels, type LabelsFor, overrideLabels } from './override-labels.ts';
import { planStep } from './plan-steps.ts';
import type { ToPlan } from './planning-thread.ts';
import { queryPlanner } from './query-planner.ts';
import { answerShape, type Flags, onceByFlags, type Shape, unusual } from './response-shape.ts';
import { type ServedSupergraph, servedSupergraph } from './served-supergraph.ts';
import { notPrepared, type Run, type Send } from './step.ts';

/** An operation made ready to be executed any number of times. */
export type PreparedOperation = {
  /** @returns undefined where the variables are such that Apollo's executor has to answer */
  execute(given: { variables: Data; send: Send }): Promise<ExecutionResult> | undefined;
};

/** Prepares operations for one supergraph. */
export type Preparation = Omit<ServedSupergraph, 'supergraph'> & {
  /** The subgraphs of the supergraph, as it names them. */
  subgraphs: readonly { name: string; url: string }[];
  /** The schema with what clients do not see. */
  supergraphSchema: GraphQLSchema;
  planner: QueryPlanner;
  /** What is known of a fetch before it is sent. */
  ruleOf: RuleOf;
  /** How long answers of operations may be kept; undefined where the schema marks nothing. */
  keepingOf: KeepingOf | undefined;
  /** Which labels of `@override` are on for a caller; undefined where there are none. */
  labelsFor: LabelsFor | undefined;
  /** Keeps a plan that was made in a thread, for whatever of the following needs it. */
  keepPlan(asked: ToPlan, plan: QueryPlan): void;
  /** Plans an operation. @throws what the planner refuses */
  planOf(document: DocumentNode, operationName?: string | null, labels?: Labels): QueryPlan;
  /** @returns undefined for what is left to Apollo's executor @throws what the planner refuses */
  prepare(
    document: DocumentNode,
    operationName?: string | null,
    labels?: Labels,
  ): PreparedOperation | undefined;
  /** Made ready to be answered in parts. @returns undefined where it must be answered at once */
  prepareDeferred(
    given: Labelled,
    operationName?: string,
    labels?: Labels,
  ): ((given: { variables: Data; send: Send }) => Promise<Answering> | undefined) | undefined;
  /**
   * A plan made ready, to be run after a first fetch that was answered otherwise, as by a
   * subscription's event.
   * @returns undefined where it must be left to the gateway's own executor
   */
  prepareRest(
    asked: { document: DocumentNode; operationName?: string | null },
    first: FetchNode,
    rest: PlanNode | undefined,
  ):
    | ((given: {
        answer: Answer;
        variables: Data;
        send: Send;
      }) => Promise<ExecutionResult> | undefined)
    | undefined;
};

/**
 * Builds all that is needed to plan by Apollo's planner.
 * @param labelsOn the labels of `@override` that are on, besides those for a share of the requests
 * @throws what is wrong with the supergraph
 */
export function preparation(supergraphSdl: string, labelsOn: readonly string[] = []): Preparation {
  const { supergraph, ...served } = servedSupergraph(supergraphSdl);
  const { apiSchema, schema, requirements } = served;
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const planner = queryPlanner(supergraph);
  const kept = keptPlans();
  const keepingOf = keepingBy(supergraph.schema, requirements);
  const ruleOf = fetchRules(keepingOf, supergraphSchema);
  const needs = { schema: supergraphSchema, ruleOf };

  const plan = (document: DocumentNode, operationName?: string | null, labels?: Labels) => {
    const name = operationName ?? undefined;
    const operation = operationFromDocument(apiSchema, document, { operationName: name });
    const overrides = labels ? { overrideConditions: labels.on } : {};
    const known = kept.get({ document, operationName: name, labels });
    return { operation, plan: known ?? planner.buildQueryPlan(operation, overrides) };
  };

  const ready = (
    document: DocumentNode,
    operationName: string | undefined,
    operation: Operation,
    node?: PlanNode,
  ) => {
    const definition = getOperationAST(document, operationName) as OperationDefinitionNode;
    const step = planStep(needs, node);
    const flagsOf = flagReader(
      maskedPartsOf(document)?.original ?? document,
      definition,
      operation,
    );
    // What is masked is not asked for, and answered as null all the same.
    const masked = maskedPartsOf(document);
    const answered = masked
      ? operationFromDocument(apiSchema, masked.original, { operationName })
      : operation;
    const shapeFor = onceByFlags((flags) => answerShape(answered, flags));
    return (
      { variables, send }: { variables: Data; send: Send },
      begin: (run: Run) => void = () => {},
    ): Promise<ExecutionResult> | undefined => {
      const flags = flagsOf(variables);
      if (!flags) return;
      const run: Run = { variables, flags, send, data: {}, errors: [], failed: [] };
      const answer = async () => {
        begin(run);
        await step(run, run.data);
        if (masked) maskData(schema, run, masked);
        return answerOf(run, shapeFor(flags), answered);
      };
      return answer();
    };
  };

  return {
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url: url ?? '' })),
    ...served,
    ruleOf,
    keepingOf,
    supergraphSchema,
    planner,
    labelsFor: overrideLabels(supergraph.schema, labelsOn),
    keepPlan: kept.keep,
    planOf: (document, operationName, labels) => plan(document, operationName, labels).plan,
    prepare: (document, operationName, labels) =>
      unlessNotPrepared(document, () => {
        const name = operationName ?? undefined;
        const {
          operation,
          plan: { node },
        } = plan(document, name, labels);
        if (node?.kind === 'Subscription') throw notPrepared;
        const execute = ready(document, name, operation, node);
        return { execute: (given) => execute(given) };
      }),
    prepareDeferred: ({ document, labels: parts }, operationName, labels) =>
      unlessNotPrepared(document, () => {
        const { operation, plan: made } = plan(document, operationName, labels);
        if (made.node?.kind !== 'Defer') throw notPrepared;
        const execute = deferredOperation(needs, operation, made.node, parts);
        const definition = getOperationAST(document, operationName) as OperationDefinitionNode;
        const flagsOf = flagReader(document, definition, operation);
        return ({ variables, send }) => {
          const flags = flagsOf(variables);
          if (!flags) return undefined;
          return execute({ variables, flags, send, data: {}, errors: [], failed: [] });
        };
      }),
    prepareRest: ({ document, operationName }, first, rest) =>
      unlessNotPrepared(document, () => {
        const name = operationName ?? undefined;
        const operation = operationFromDocument(apiSchema, document, { operationName: name });
        const execute = ready(document, name, operation, rest);
        return ({ answer, ...given }) =>
          execute(given, (run) =>
            takeAnswer(run, { schema: supergraphSchema, fetch: first, path: [] }, answer, [
              run.data,
            ]),
          );
      }),
  };
}

function unlessNotPrepared<T>(document: DocumentNode, prepare: () => T): T | undefined {
  if (isLeftToGateway(document)) return undefined;
  try {
    return prepare();
  } catch (error) {
    if (error === notPrepared) return undefined;
    throw error;
  }
}

/**
 * Introspection, and a field that is answered under the name by which answers tell their types: what
 * is fetched cannot be told apart then.
 */
function isLeftToGateway(document: DocumentNode): boolean {
  let found = false;
  const look = () => {
    found = true;
    return BREAK;
  };
  visit(document, {
    Field: ({ name, alias }) => {
      if (name.value === '__schema' || name.value === '__type' || alias?.value === '__typename')
        return look();
    },
  });
  return found;
}

/** Reads the variables that `@skip` and `@include` look at; undefined where one is no Boolean. */
function flagReader(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
  operation: Operation,
) {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === 'Variable') names.add(value.name.value);
    },
  });
  const defaults = operation.collectDefaultedVariableValues();
  const named = [...names].filter((name) =>
    variableDefinitions.some(({ variable }) => variable.name.value === name),
  );
  return (variables: Data): Flags | undefined => {
    const flags: Flags = Object.create(null);
    for (const name of named) {
      const given = own(variables, name);
      const value = given === undefined ? own(defaults, name) : given;
      if (typeof value !== 'boolean') return undefined;
      flags[name] = value;
    }
    return flags;
  };
}

function answerOf(run: Run, shape: Shape, operation: Operation): ExecutionResult {
  for (const failed of run.failed) run.errors.push(...errorsOfFailed(operation, failed));
  const { errors } = run;
  try {
    const data = shape(run.data) as Data;
    return errors.length === 0 ? { data } : { errors, data };
  } catch (error) {
    if (error !== unusual) throw error;
    return completeData(operation, run);
  }
}
