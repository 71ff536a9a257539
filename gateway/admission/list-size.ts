import {
  type InterfaceType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  type ObjectType,
  type Schema,
} from '@apollo/federation-internals';
import {
  type FieldNode,
  type GraphQLField,
  getNamedType,
  getNullableType,
  isListType,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { nameOfSpecDirective } from './spec-directive.ts';
import { type Field, fieldsOf, implementationsOf } from './supergraph-fields.ts';

/** What a list is declared to hold at most, by `@listSize` of the subgraphs' SDL. */
type Declared = { assumedSize?: number | undefined; slicingArguments: readonly string[] };
type ListSize = Partial<Declared> & { sizedFields?: readonly string[] };

/** How long the lists of a schema may be. */
export type ListSizes = {
  declared(type: string, field: string): Declared | undefined;
  /**
   * Whether a list is as long as an argument of the field before it says, as those of a connection.
   */
  isSized(type: string, field: string): boolean;
  /** Whether a type has such lists. */
  isPage(type: string): boolean;
};

/**
 * Reads the declared sizes. A field with the argument `first` needs none: its lists are as long as
 * that, or `last`, says.
 */
export function listSizes(supergraph: Schema): ListSizes {
  const declarationOf = declarationReader(supergraph);
  const declared = new Map<string, Declared>();
  const sized = new Map<string, Set<string>>();
  for (const field of fieldsOf(supergraph)) {
    const one = longest([field, ...implementationsOf(field)].map(declarationOf));
    if (!one) continue;
    declared.set(field.coordinate, one);
    const page = pageOf(field);
    if (!page) continue;
    const lists = declarationOf(field)?.sizedFields ?? listsOf(page);
    if (lists.length > 0)
      sized.set(page.name, new Set([...(sized.get(page.name) ?? []), ...lists]));
  }
  return {
    declared: (type, field) => declared.get(`${type}.${field}`),
    isSized: (type, field) => sized.get(type)?.has(field) === true,
    isPage: (type) => sized.has(type),
  };
}

/** A field of an interface may be that of any of its types, and so as long as the longest. */
function longest(all: (ListSize | undefined)[]): Declared | undefined {
  const [own, ...others] = all;
  const given = others.some((one) => one) ? all : [own];
  if (!given.some((one) => one)) return undefined;
  const sizes = given.map((one) => one?.assumedSize ?? (one === own ? 0 : undeclaredSize));
  const assumedSize = Math.max(...sizes);
  return {
    assumedSize: assumedSize > 0 ? assumedSize : undefined,
    slicingArguments: [...new Set(given.flatMap((one) => one?.slicingArguments ?? []))],
  };
}

/** The type whose lists a field slices: no list itself, and nothing that is found elsewhere too. */
function pageOf({ type }: Field): ObjectType | InterfaceType | undefined {
  const named = type && isNonNullType(type) ? type.ofType : type;
  if (!named || !(isObjectType(named) || isInterfaceType(named))) return undefined;
  const isEntity = named
    .appliedDirectivesOf('join__type')
    .some((join) => (join.arguments() as { key?: string }).key !== undefined);
  return isEntity ? undefined : named;
}

const listsOf = (type: ObjectType | InterfaceType): string[] =>
  (type.fields() as readonly Field[])
    .filter((field) => String(field.type).startsWith('['))
    .map(({ name }) => name);

/** Of the Relay specification for connections. */
const impliedSlices = ['first', 'last'];

function declarationReader(supergraph: Schema) {
  const name = nameOfSpecDirective(supergraph, 'listSize', 'cost');
  return (field: Field): ListSize | undefined => {
    const [applied] = name ? field.appliedDirectivesOf(name) : [];
    const implied = field.argument('first') && { slicingArguments: impliedSlices };
    return applied ? { ...implied, ...(applied.arguments() as ListSize) } : implied;
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
export const undeclaredSize = 100;

/** How many elements a field may bring, in its own list or in those below it. */
export function lengthOf(
  node: FieldNode,
  parent: string,
  definition: GraphQLField<unknown, unknown>,
  needs: LengthNeeds,
): number {
  const { sizes } = needs;
  const declared = sizes.declared(parent, definition.name);
  const slices = (declared?.slicingArguments ?? [])
    .map((name) => argumentOf(node, name, definition, needs))
    .filter((value) => typeof value === 'number');
  const longest = Math.max(-1, ...slices);
  if (longest >= 0) return Math.max(1, longest);
  if (declared?.assumedSize !== undefined)
    return Math.min(declared.assumedSize, daysOf(node, definition, needs));
  const isList = isListType(getNullableType(definition.type));
  // Nobody has said how long a page is either.
  const isOpen = isList
    ? !sizes.isSized(parent, definition.name)
    : declared !== undefined || sizes.isPage(getNamedType(definition.type).name);
  return isOpen ? undeclaredSize : 1;
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
    instantOf(argumentOf(node, name, definition, needs)),
  ) as [number, number];
  const days = Math.round((to - from) / dayMs);
  return Number.isNaN(days) ? Number.POSITIVE_INFINITY : Math.max(1, days);
}

/** A client may send an object for a date, which validation has not refused yet. */
const instantOf = (value: unknown): number =>
  typeof value === 'string' ? Date.parse(value) : Number.NaN;

/** The value of an argument, as far as it is known before variables are coerced. */
export function argumentOf(
  node: FieldNode,
  name: string,
  definition: GraphQLField<unknown, unknown>,
  { variables, used }: LengthNeeds,
): unknown {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  const standing = definition.args.find((argument) => argument.name === name)?.defaultValue;
  const given = givenValue(value, variables, used);
  // Null is a value: what it means is for the subgraph to say.
  return given === undefined ? standing : given;
}

function givenValue(
  value: ValueNode | undefined,
  variables: Variables,
  used: Set<string>,
): unknown {
  if (!value) return undefined;
  switch (value.kind) {
    case Kind.VARIABLE:
      used.add(value.name.value);
      return Object.hasOwn(variables, value.name.value) ? variables[value.name.value] : undefined;
    case Kind.LIST:
      return value.values.map((one) => givenValue(one, variables, used));
    case Kind.OBJECT: {
      const member = ({ name, value: of }: (typeof value.fields)[number]) =>
        [name.value, givenValue(of, variables, used)] as const;
      return Object.fromEntries(value.fields.map(member));
    }
    default:
      return valueFromASTUntyped(value);
  }
}
