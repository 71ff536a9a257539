import type { ApolloGateway } from '@apollo/gateway';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GatewayContext, Subgraph } from '../subgraphs/data-source.ts';
import type { Data } from './entity-merge.ts';
import { type Preparation, type PreparedOperation, preparation } from './prepared-operation.ts';

const rememberedOperations = 2_000;
const rememberedBytes = 20_000_000;

type Gateway = Pick<ApolloGateway, 'load' | 'stop' | 'onSchemaLoadOrUpdate'>;
type Executor = Awaited<ReturnType<ApolloGateway['load']>>['executor'];

/** Executes operations that were prepared once, and leaves the others to the gateway. */
export type Execution = {
  /** The gateway for Apollo Server, with this executor before its own. */
  gateway: Gateway;
  /**
   * Executes an operation that has been through Apollo Server's parsing and validation before, on the schema served now.
   * @returns undefined where it has not, or where its variables don't fit
   */
  executeKnown(
    asked: { query: string; operationName: string | null | undefined; variables: Data },
    context: GatewayContext,
  ): Promise<ExecutionResult> | undefined;
};

/**
 * What `ApolloGateway` does for each request (plan looked up by a hash, fetches by `node-fetch`, traces, an answer put together
 * by walking the operation) is done once for each operation here.
 * @param onSchema is told of each schema that is served from now on
 */
export function execution(
  gateway: ApolloGateway,
  subgraph: (name: string) => Subgraph,
  onSchema: (preparation: Preparation) => void = () => {},
): Execution {
  // What is prepared holds for one schema, and goes with it.
  let schema: GraphQLSchema | undefined;
  let prepare: Preparation['prepare'];
  const prepared = new LRUCache<string, PreparedOperation | 'left to the gateway'>({
    max: rememberedOperations,
    maxSize: rememberedBytes,
    sizeCalculation: (_, key) => key.length + 1,
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    prepared.clear();
    const ofSchema = preparation(apiSchema, coreSupergraphSdl);
    ({ schema, prepare } = ofSchema);
    onSchema(ofSchema);
  });

  const operation = (key: string, document: DocumentNode, operationName: string | undefined) => {
    const known = prepared.get(key);
    if (known) return known;
    const made = prepare(document, operationName) ?? 'left to the gateway';
    prepared.set(key, made);
    return made;
  };

  const run = (made: PreparedOperation, variables: Data, { caller }: GatewayContext) =>
    made.execute({
      variables,
      send: (name, body, kind) => subgraph(name).ask({ body, kind, caller }),
    });

  const executorBefore =
    (gatewayExecutor: Executor): Executor =>
    async (request) => {
      const context = request.context as GatewayContext;
      if (context.answered) return context.answered;
      const { operationName, variables = {} } = request.request;
      // Validated on a schema that was replaced meanwhile.
      if (request.schema !== schema) return gatewayExecutor(request);
      const made = operation(keyOf(request.source, operationName), request.document, operationName);
      return ((made !== 'left to the gateway' && run(made, variables, context)) ||
        gatewayExecutor(request)) as ReturnType<Executor>;
    };

  return {
    gateway: {
      onSchemaLoadOrUpdate: (listener) => gateway.onSchemaLoadOrUpdate(listener),
      stop: () => gateway.stop(),
      load: async (options) => {
        const loaded = await gateway.load(options);
        return { ...loaded, executor: executorBefore(loaded.executor) };
      },
    },
    executeKnown({ query, operationName, variables }, context) {
      const made = prepared.get(keyOf(query, operationName));
      return made === undefined || made === 'left to the gateway'
        ? undefined
        : run(made, variables, context);
    },
  };
}

const keyOf = (query: string, operationName: string | null | undefined): string =>
  operationName ? `${operationName} ${query}` : ` ${query}`;
