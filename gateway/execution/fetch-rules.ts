import type { FetchNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  parse,
} from 'graphql';
import type { Keeping, KeepingOf } from './cache-control.ts';

/** What is known of a fetch before it is sent. */
export type FetchRule = {
  /** How long its answer may be kept. */
  keep?: Keeping;
  /** Of a mutation or subscription: of which types each of its fields may change something. */
  changes?: ReadonlyMap<string, readonly MayChange[]>;
};

/** A type that a field gives, and the types that one without an id, such as a payload, gives in turn. */
export type MayChange = { type: string; inner: readonly string[] };

export type RuleOf = (
  fetch: Pick<FetchNode, 'operation' | 'operationKind'>,
) => FetchRule | undefined;

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
): Map<string, readonly MayChange[]> {
  const fields = root?.getFields() ?? {};
  const asked = definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [],
  );
  return new Map(
    asked.flatMap((node) => {
      const field = node.kind === Kind.FIELD ? fields[node.name.value] : undefined;
      if (node.kind !== Kind.FIELD || !field) return [];
      const types = typesOf(schema, field.type).map((type): MayChange => {
        const inner = new Set<string>();
        addInner(schema, type, inner);
        return { type: type.name, inner: [...inner] };
      });
      return [[(node.alias ?? node.name).value, types]];
    }),
  );
}

function typesOf(schema: GraphQLSchema, given: GraphQLOutputType): readonly GraphQLNamedType[] {
  const type = getNamedType(given);
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
}

/** Adds what the fields of a type give that is no thing by itself, as it has no id. */
function addInner(schema: GraphQLSchema, type: GraphQLNamedType, found: Set<string>): void {
  if (!isObjectType(type) || type.getFields().id) return;
  for (const field of Object.values(type.getFields()))
    for (const inner of typesOf(schema, field.type)) {
      if (!isObjectType(inner) || found.has(inner.name)) continue;
      found.add(inner.name);
      addInner(schema, inner, found);
    }
}
