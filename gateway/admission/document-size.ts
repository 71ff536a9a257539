import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { costOfField, type FieldCosts } from './field-cost.ts';
import { type LengthNeeds, lengthOf } from './list-size.ts';

/** How much a selection asks for, fragments expanded. */
export type Size = {
  depth: number;
  aliases: number;
  directives: number;
  fields: number;
  /** Fields of the answer, when every list is as long as it may be. */
  resultFields: number;
};

/** The sizes of the parts of a document. */
export type Measure = {
  operation(kind: OperationTypeNode, set: SelectionSetNode): Size & { rootFields: number };
  /** @param name of a fragment of the document */
  fragment(name: string): Size;
};

const nothing: Size = { depth: 0, aliases: 0, directives: 0, fields: 0, resultFields: 0 };

const add = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  aliases: a.aliases + b.aliases,
  directives: a.directives + b.directives,
  fields: a.fields + b.fields,
  resultFields: a.resultFields + b.resultFields,
});

/** What introspection costs, which no list of the schema tells. */
const introspectionCosts = new Map([
  ['__schema', 5_000],
  ['__type', 500],
]);

type Type = GraphQLNamedType | undefined;
type Needs = LengthNeeds & { costs: FieldCosts };

/** What a field weighs itself, what each value of it does, and how many it may bring. */
function ownWeight(
  node: FieldNode,
  parent: Type,
  definition: GraphQLField<unknown, unknown> | undefined,
  needs: Needs,
): { own: number; each: number; length: number } {
  const introspection = introspectionCosts.get(node.name.value);
  if (!parent || !definition || parent.name.startsWith('__'))
    return { own: introspection ?? 1, each: 0, length: 1 };
  return {
    own: introspection ?? costOfField(node, parent.name, definition, needs),
    each: needs.costs.get(getNamedType(definition.type).name) ?? 0,
    length: lengthOf(node, parent.name, definition, needs),
  };
}

/**
 * Measures a document. Fragments are measured once each, so that it takes time in proportion to the
 * text, however much that expands to. What the schema doesn't know is measured all the same, and
 * refused by validation.
 */
export function measureOf(document: DocumentNode, schema: GraphQLSchema, needs: Needs): Measure {
  const fragments = fragmentsOf(document);
  const fragment = once(nothing, (name) => {
    const node = fragments.get(name);
    return node
      ? selections(node.selectionSet, schema.getType(node.typeCondition.name.value))
      : nothing;
  });
  const rootFieldsOf = once(0, (name) => {
    const node = fragments.get(name);
    return node ? rootFields(node.selectionSet) : 0;
  });

  const selections = (set: SelectionSetNode, type: Type): Size =>
    set.selections.reduce((sum, node) => add(add(sum, ownSize(node)), inner(node, type)), nothing);

  const inner = (node: SelectionNode, type: Type): Size => {
    if (node.kind === Kind.FIELD) return field(node, type);
    if (node.kind === Kind.FRAGMENT_SPREAD) return fragment(node.name.value);
    const condition = node.typeCondition?.name.value;
    return selections(node.selectionSet, condition ? schema.getType(condition) : type);
  };

  const field = (node: FieldNode, parent: Type): Size => {
    const name = node.name.value;
    const definition =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    const below = node.selectionSet
      ? selections(node.selectionSet, definition && getNamedType(definition.type))
      : nothing;
    const { own, each, length } = ownWeight(node, parent, definition, needs);
    return {
      depth: below.depth + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      directives: below.directives,
      fields: below.fields + 1,
      resultFields: own + Math.max(each + below.resultFields, length > 1 ? 1 : 0) * length,
    };
  };

  const rootFields = (set: SelectionSetNode): number =>
    set.selections.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + 1;
      if (node.kind === Kind.INLINE_FRAGMENT) return sum + rootFields(node.selectionSet);
      return sum + rootFieldsOf(node.name.value);
    }, 0);

  return {
    operation: (kind, set) => ({
      ...selections(set, schema.getRootType(kind) ?? undefined),
      rootFields: rootFields(set),
    }),
    fragment,
  };
}

const ownSize = ({ directives }: SelectionNode): Size => ({
  ...nothing,
  directives: directives?.length ?? 0,
});

/**
 * Whether a document holds more fields and fragments than so many, with all fragments expanded. It
 * counts no further, so that it may be asked of each document, valid or not.
 */
export function isLargerThan(document: DocumentNode, most: number): boolean {
  const fragments = fragmentsOf(document);
  const left = document.definitions.flatMap((node) =>
    'selectionSet' in node && node.selectionSet ? [node.selectionSet] : [],
  );
  let count = 0;
  for (let set = left.pop(); set; set = left.pop())
    for (const node of set.selections) {
      count += 1;
      if (count > most) return true;
      const named = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (named?.selectionSet) left.push(named.selectionSet);
    }
  return false;
}

export const fragmentsOf = (document: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );

/**
 * Works something out once for each name. A name that leads back to itself, which validation
 * refuses, counts as nothing.
 */
function once<T>(nothing: T, workOut: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const result = known.get(name);
    if (result !== undefined) return result;
    known.set(name, nothing);
    const made = workOut(name);
    known.set(name, made);
    return made;
  };
}
