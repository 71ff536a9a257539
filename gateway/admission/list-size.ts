import type { Schema } from '@apollo/federation-internals';
import {
  type FieldNode,
  type GraphQLField,
  getNamedType,
  isListType,
  isNonNullType,
  Kind,
  type ValueNode,
} from 'graphql';
import { nameOfSpecDirective } from './spec-directive.ts';
import { type Field, fieldsOf } from './supergraph-fields.ts';

/** What a list is declared to hold at most, by `@listSize` of the subgraphs' SDL. */
type Declared = { assumedSize?: number | undefined; slicingArguments: readonly string[] };

/** How long the lists of a schema may be. */
export type ListSizes = {
  declared(type: string, field: string): Declared | undefined;
  /**
   * Whether the lists of a type are as long as an argument of the field before says, as those of a
   * connection.
   */
  isSized(type: string): boolean;
};

/**
 * Reads the declared sizes. A field with the argument `first` needs none: its lists are that long.
 */
export function listSizes(supergraph: Schema): ListSizes {
  const declaredOn = declarationReader(supergraph);
  const declared = new Map<string, Declared>();
  const sized = new Set<string>();
  for (const field of fieldsOf(supergraph)) {
    const given = declaredOn(field);
    const implied = field.argument('first') ? ['first'] : [];
    const slicingArguments = given?.slicingArguments ?? implied;
    if (given || slicingArguments.length > 0)
      declared.set(field.coordinate, { assumedSize: given?.assumedSize, slicingArguments });
    if (slicingArguments.length > 0 && field.type)
      sized.add(field.type.toString().replace('!', ''));
  }
  return {
    declared: (type, field) => declared.get(`${type}.${field}`),
    isSized: (type) => sized.has(type),
  };
}

function declarationReader(supergraph: Schema) {
  const name = nameOfSpecDirective(supergraph, 'listSize', 'cost');
  return (field: Field) => {
    const [applied] = name ? field.appliedDirectivesOf(name) : [];
    return applied?.arguments() as
      | { assumedSize?: number; slicingArguments?: string[] }
      | undefined;
  };
}

export type Variables = { readonly [name: string]: unknown };

/** What the length of a field's lists is worked out from. */
export type LengthNeeds = {
  sizes: ListSizes;
  variables: Variables;
  /** Filled with the names of the variables on which lengths depend. */
  used: Set<string>;
};

/** A list that nobody has declared is taken to be so long. */
const undeclaredSize = 100;

/** How many elements a field may bring, in its own list or in those below it. */
export function lengthOf(
  node: FieldNode,
  parent: string,
  definition: GraphQLField<unknown, unknown>,
  needs: LengthNeeds,
): number {
  const declared = needs.sizes.declared(parent, definition.name);
  const slices = (declared?.slicingArguments ?? []).map((name) =>
    argumentOf(node, name, definition, needs),
  );
  const longest = Math.max(0, ...slices.filter((value) => typeof value === 'number'));
  if (longest > 0) return longest;
  if (declared?.assumedSize !== undefined)
    return Math.min(declared.assumedSize, daysOf(node, definition, needs));
  const type = isNonNullType(definition.type) ? definition.type.ofType : definition.type;
  return isListType(type) && !needs.sizes.isSized(parent) ? undeclaredSize : 1;
}

const dayMs = 86_400_000;

/**
 * The days between two arguments that are dates, which bound a list of days; without them a list
 * has no such bound.
 */
function daysOf(
  node: FieldNode,
  definition: GraphQLField<unknown, unknown>,
  needs: LengthNeeds,
): number {
  const dates = definition.args.filter(({ type }) => getNamedType(type).name === 'LocalDate');
  if (dates.length !== 2) return Number.POSITIVE_INFINITY;
  const [from, to] = dates.map(({ name }) =>
    Date.parse(String(argumentOf(node, name, definition, needs))),
  ) as [number, number];
  const days = Math.round((to - from) / dayMs);
  return Number.isNaN(days) ? Number.POSITIVE_INFINITY : Math.max(1, days);
}

function argumentOf(
  node: FieldNode,
  name: string,
  definition: GraphQLField<unknown, unknown>,
  { variables, used }: LengthNeeds,
): unknown {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  const standing = definition.args.find((argument) => argument.name === name)?.defaultValue;
  return givenValue(value, variables, used) ?? standing;
}

function givenValue(
  value: ValueNode | undefined,
  variables: Variables,
  used: Set<string>,
): unknown {
  switch (value?.kind) {
    case Kind.VARIABLE:
      used.add(value.name.value);
      return Object.hasOwn(variables, value.name.value) ? variables[value.name.value] : undefined;
    case Kind.INT:
      return Number(value.value);
    case Kind.STRING:
      return value.value;
    default:
      return undefined;
  }
}
