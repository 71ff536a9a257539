import { GraphQLError, type GraphQLSchema, Kind, validate } from 'graphql';
import type { RegisteredOperation } from '../operations.ts';
import type { Origin } from '../seals.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import { type Contract, contractOf } from './contract.ts';
import { subgraphSchema } from './subgraph-schema.ts';

/** The schema that an operation is sent to; undefined where nobody knows it. */
export type SchemaFor = (operation: RegisteredOperation) => GraphQLSchema | undefined;

/** Why an operation is not valid; graphql-js itself says nothing where its root type is missing. */
export function errorsOf(
  { document }: RegisteredOperation,
  schema: GraphQLSchema,
): readonly GraphQLError[] {
  const rootless = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION && !schema.getRootType(node.operation)
      ? [new GraphQLError(`The schema has no ${node.operation}s.`, { nodes: node })]
      : [],
  );
  return rootless.length > 0 ? rootless : validate(schema, document);
}

/** Clients send their operations to a gateway, a service sends them to the subgraph it asks. */
export function schemasOf(subgraphs: readonly SubgraphSource[], contract: Contract): SchemaFor {
  const schemas = new Map<string, GraphQLSchema>();
  return ({ asked }) => {
    if (!asked) return contract.api;
    const known = schemas.get(asked);
    const source = subgraphs.find(({ name }) => name === asked);
    if (known || !source) return known;
    const schema = subgraphSchema(source.sdl);
    schemas.set(asked, schema);
    return schema;
  };
}

/** What the validity of operations depends on: their texts, the supergraph, and the subgraphs. */
export const validityOrigin = (
  supergraph: string,
  subgraphs: readonly SubgraphSource[],
  operations: readonly RegisteredOperation[],
): Origin => ({
  sources: [supergraph, ...subgraphs.map(({ sdl }) => sdl), ...operations.flatMap(textsOf)],
  code: [
    'schema/check/valid.ts',
    'schema/check/contract.ts',
    'schema/check/once.ts',
    'schema/check/api-schema.ts',
    'schema/check/coordinates.ts',
    'schema/check/diff/supergraph-elements.ts',
    'runtime/spec-names.ts',
    'schema/check/subgraph-schema.ts',
  ],
  packages: ['graphql'],
});

const textsOf = ({ asked = '', document }: RegisteredOperation): string[] => [
  asked,
  ...document.definitions.map(({ loc }) => loc?.source.body.slice(loc.start, loc.end) ?? ''),
];

/** Whether all operations are valid. */
export function areValid(
  supergraph: string,
  subgraphs: readonly SubgraphSource[],
  operations: readonly RegisteredOperation[],
): boolean {
  const schemaFor = schemasOf(subgraphs, contractOf(supergraph));
  return operations.every((operation) => {
    const schema = schemaFor(operation);
    return schema && errorsOf(operation, schema).length === 0;
  });
}
