import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { clientError } from '../../runtime/errors.ts';

export type { GraphqlRequest as AskedOperation } from './graphql-request.ts';

/** What an operation is measured by: one line a limit. */
const measures = {
  depth: { of: 'levels of fields', limit: 'QUERY_MAX_DEPTH' },
  rootFields: { of: 'fields at the top', limit: 'QUERY_MAX_ROOT_FIELDS' },
  aliases: { of: 'aliases', limit: 'QUERY_MAX_ALIASES' },
  directives: { of: 'directives', limit: 'QUERY_MAX_DIRECTIVES' },
  fields: { of: 'fields with all fragments expanded', limit: 'QUERY_MAX_FIELDS' },
  resultFields: {
    of: 'fields of the answer, if every list is as long as its `first` allows',
    limit: 'QUERY_MAX_RESULT_FIELDS',
  },
} as const;

type Size = Record<Exclude<keyof typeof measures, 'rootFields'>, number>;
export type QueryLimits = Record<
  (typeof measures)[keyof typeof measures]['limit'] | 'QUERY_MAX_TOKENS',
  number
>;

/** Refuses what would cost too much. @throws QUERY_TOO_COMPLEX that names the limit, what was asked and what is allowed */
export type CostLimit = (
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables,
) => void;

/**
 * Weighs a document before it is validated and planned, both of which take time that grows out of all proportion: a query
 * of 1.4 kB that nests fragments through a cycle of entities would end the process. Fragments are measured once each, so that
 * weighing takes time in proportion to the text, however much it expands to.
 */
export function costLimit(limits: QueryLimits): CostLimit {
  const passed = new WeakMap<DocumentNode, PassedBefore>();
  return (schema, document, variables) => {
    if (passed.get(document)?.(schema, variables)) return;
    const lengths = new Set<string>();
    weigh(limits, document, schema, variables, lengths);
    passed.set(document, passedBefore(schema, variables, lengths));
  };
}

function weigh(
  limits: QueryLimits,
  document: DocumentNode,
  schema: GraphQLSchema,
  variables: Variables,
  lengths: Set<string>,
): void {
  const measure = scale(document, schema, { ...defaultsOf(document), ...variables }, lengths);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measure.operation(definition.operation, definition.selectionSet);
    for (const [name, { of, limit }] of Object.entries(measures)) {
      const asked = size[name as keyof typeof size];
      if (asked > limits[limit]) throw tooComplex(asked, of, limits[limit]);
    }
  }
}

type Variables = Record<string, unknown>;
/** Whether a document that has passed would pass again. */
type PassedBefore = (schema: GraphQLSchema, variables: Variables) => boolean;

/** What has passed passes again, unless the schema or a variable has changed that says how long a list may be. */
function passedBefore(
  schema: GraphQLSchema,
  variables: Variables,
  lengths: Set<string>,
): PassedBefore {
  const passed = [...lengths].map((name) => [name, variables[name]] as const);
  return (now, given) => now === schema && passed.every(([name, value]) => given[name] === value);
}

export const tooComplex = (asked: number | string, of: string, allowed: number) =>
  clientError(
    'QUERY_TOO_COMPLEX',
    `The query is too complex: it has ${typeof asked === 'number' ? inDigits(asked) : asked} ${of}, ${allowed} are allowed.`,
  );

const inDigits = (count: number) => (count > 1e9 ? 'more than 1000000000' : String(count));

const nothing: Size = { depth: 0, aliases: 0, directives: 0, fields: 0, resultFields: 0 };

const add = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  aliases: a.aliases + b.aliases,
  directives: a.directives + b.directives,
  fields: a.fields + b.fields,
  resultFields: a.resultFields + b.resultFields,
});

/** What variables stand for that are not given; where operations of one document differ, the largest. */
function defaultsOf(document: DocumentNode): Record<string, number> {
  const defaults = new Map<string, number>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const { variable, defaultValue } of definition.variableDefinitions ?? []) {
      if (defaultValue?.kind !== Kind.INT) continue;
      const name = variable.name.value;
      defaults.set(name, Math.max(defaults.get(name) ?? 0, Number(defaultValue.value)));
    }
  }
  return Object.fromEntries(defaults);
}

/** Measures the operations of one document. What the schema doesn't know is measured all the same, and refused by validation. */
function scale(
  document: DocumentNode,
  schema: GraphQLSchema,
  variables: Variables,
  /** Filled with the names of the variables on which the size depends. */
  lengths: Set<string>,
) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const measured = new Map<string, Size>();
  const rootFieldsOf = new Map<string, number>();

  const fragment = (name: string): Size => {
    const known = measured.get(name);
    if (known) return known;
    // Also ends a cycle of fragments, which validation refuses.
    measured.set(name, nothing);
    const node = fragments.get(name);
    const size = node
      ? selections(node.selectionSet, typeNamed(node.typeCondition.name.value))
      : nothing;
    measured.set(name, size);
    return size;
  };

  const typeNamed = (name: string | undefined) =>
    (name ? schema.getType(name) : undefined) as GraphQLOutputType | undefined;

  const selections = (set: SelectionSetNode, type: GraphQLOutputType | undefined): Size =>
    set.selections.reduce((sum, node) => {
      const own = { ...nothing, directives: node.directives?.length ?? 0 };
      if (node.kind === Kind.FRAGMENT_SPREAD) return add(add(sum, own), fragment(node.name.value));
      if (node.kind === Kind.FIELD) return add(add(sum, own), field(node, type));
      const inner = node.typeCondition ? typeNamed(node.typeCondition.name.value) : type;
      return add(add(sum, own), selections(node.selectionSet, inner));
    }, nothing);

  const field = (node: FieldNode, parent: GraphQLOutputType | undefined): Size => {
    const definition =
      isObjectType(parent) || isInterfaceType(parent)
        ? parent.getFields()[node.name.value]
        : undefined;
    const type = definition && getNamedType(definition.type);
    const inner = node.selectionSet
      ? selections(node.selectionSet, isCompositeType(type) ? type : undefined)
      : nothing;
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + (node.alias ? 1 : 0),
      directives: inner.directives,
      fields: inner.fields + 1,
      resultFields: 1 + inner.resultFields * pageLength(node, definition, variables, lengths),
    };
  };

  const rootFields = (set: SelectionSetNode): number =>
    set.selections.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + 1;
      if (node.kind === Kind.INLINE_FRAGMENT) return sum + rootFields(node.selectionSet);
      return sum + rootFieldsOfFragment(node.name.value);
    }, 0);

  const rootFieldsOfFragment = (name: string): number => {
    const known = rootFieldsOf.get(name);
    if (known !== undefined) return known;
    rootFieldsOf.set(name, 0);
    const node = fragments.get(name);
    const count = node ? rootFields(node.selectionSet) : 0;
    rootFieldsOf.set(name, count);
    return count;
  };

  return {
    operation: (kind: 'query' | 'mutation' | 'subscription', set: SelectionSetNode) => ({
      ...selections(set, schema.getRootType(kind as never) ?? undefined),
      rootFields: rootFields(set),
    }),
  };
}

/** How many elements a page may have: what the field's `first` says, or stands for when it isn't given; else one. */
function pageLength(
  node: FieldNode,
  definition: GraphQLField<unknown, unknown> | undefined,
  variables: Variables,
  lengths: Set<string>,
): number {
  const value = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (value?.kind === Kind.VARIABLE) lengths.add(value.name.value);
  const given =
    value?.kind === Kind.INT
      ? Number(value.value)
      : value?.kind === Kind.VARIABLE
        ? variables[value.name.value]
        : undefined;
  const standard = definition?.args.find(({ name }) => name === 'first')?.defaultValue;
  const length = typeof given === 'number' ? given : standard;
  return typeof length === 'number' && length > 1 ? length : 1;
}
