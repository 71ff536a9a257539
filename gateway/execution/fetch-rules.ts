import type { FetchNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  parse,
} from 'graphql';
import type { Keeping, KeepingOf } from './cache-control.ts';

/** What is known of a fetch before it is sent. */
export type FetchRule = {
  /** How long its answer may be kept. */
  keep?: Keeping;
  /** Of a mutation or subscription: of which types each of its fields may change something. */
  changes?: ReadonlyMap<string, readonly string[]>;
};

export type RuleOf = (fetch: FetchNode) => FetchRule | undefined;

/** Works out the rules of fetches by `@cacheControl`; there are none where nothing is marked. */
export function fetchRules(keepingOf: KeepingOf | undefined, schema: GraphQLSchema): RuleOf {
  if (!keepingOf) return () => undefined;
  return ({ operation, operationKind }) => {
    const document = parse(operation, { noLocation: true });
    if (operationKind !== 'query')
      return { changes: changesOf(document, schema, schema.getRootType(operationKind)) };
    const keep = keepingOf(document);
    return keep.seconds > 0 ? { keep } : undefined;
  };
}

/** What a mutation changes, or an event tells of, is what its fields give. */
function changesOf(
  { definitions }: DocumentNode,
  schema: GraphQLSchema,
  root: GraphQLObjectType | null | undefined,
): Map<string, readonly string[]> {
  const fields = root?.getFields() ?? {};
  const asked = definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [],
  );
  return new Map(
    asked.flatMap((node) => {
      const field = node.kind === Kind.FIELD ? fields[node.name.value] : undefined;
      if (node.kind !== Kind.FIELD || !field) return [];
      const type = getNamedType(field.type);
      const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
      return [[(node.alias ?? node.name).value, types.map(({ name }) => name)]];
    }),
  );
}
