import { buildOperationContext, executeQueryPlan } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Admitted } from '../admission/admit.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';
import type { Preparation, PreparedOperation } from './prepared-operation.ts';

/** Executes a query or a mutation that was admitted. Its errors are not masked yet. */
export type Execute = (admitted: Admitted) => Promise<ExecutionResult>;

/** An operation as it is executed again: prepared here, or planned for Apollo's executor. */
type Made = { prepared?: PreparedOperation; plan?: QueryPlan };

/**
 * Executes operations on one supergraph. What `ApolloGateway` does for each request (plan looked up by a hash, fetches by
 * `node-fetch`, traces, an answer put together by walking the operation) is done once for each operation here. What is not
 * prepared, such as introspection, is executed by Apollo's executor.
 */
export function executor(preparation: Preparation, subgraph: (name: string) => Subgraph): Execute {
  const remembered = new WeakMap<DocumentNode, Map<string | undefined, Made>>();

  const prepare = (document: DocumentNode, operationName: string | undefined): Made => {
    const ofDocument = remembered.get(document) ?? new Map<string | undefined, Made>();
    remembered.set(document, ofDocument);
    const known = ofDocument.get(operationName);
    if (known) return known;
    const prepared = preparation.prepare(document, operationName);
    const made = prepared ? { prepared } : {};
    ofDocument.set(operationName, made);
    return made;
  };

  return async (admitted) => {
    const { document, operation, caller } = admitted;
    const { operationName, variables } = operation;
    const made = prepare(document, operationName);
    const running = made.prepared?.execute({
      variables,
      send: (name, body, kind) => subgraph(name).ask({ body, kind, caller }),
    });
    if (running) return running;
    made.plan ??= preparation.planOf(document, operationName);
    return executeByApollo(preparation, subgraph, admitted, made.plan);
  };
}

function executeByApollo(
  { schema, apiSchema, supergraphSchema }: Preparation,
  subgraph: (name: string) => Subgraph,
  { document, operation: { operationName, variables }, caller }: Admitted,
  plan: QueryPlan,
): Promise<ExecutionResult> {
  const operationContext = buildOperationContext({
    schema,
    operationDocument: document,
    operationName,
  });
  // The parts of a request's context that the executor looks at.
  const request = { request: { variables }, context: { caller }, metrics: {} };
  const services = new Proxy({}, { get: (_, name: string) => subgraph(name) });
  return executeQueryPlan(
    plan,
    services,
    request as never,
    operationContext,
    supergraphSchema,
    apiSchema,
  );
}
