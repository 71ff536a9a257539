import {
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type NamedType,
  type ObjectType,
  type Schema,
} from '@apollo/federation-internals';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Requirements } from '../admission/requirements.ts';
import { type Field, implementationsOf, namedTypeOf } from '../admission/supergraph-fields.ts';

/** How long an answer to an operation is the same for all, and of what it consists. */
export type Keeping = {
  /** 0 where some of it is not the same for all, or nothing is said of it. */
  seconds: number;
  /** The types of its objects. */
  types: ReadonlySet<string>;
};

/** Reads of an operation how long its answer may be kept. */
export type KeepingOf = (document: DocumentNode, operationName?: string) => Keeping;

/** What `@cacheControl` says: seconds, or as long as what it is part of. */
type Hint = { seconds: number | 'inherited' };

/**
 * Reads `@cacheControl` of the subgraphs' SDL by Apollo's rules: a field has its own hint or that of
 * its type, a leaf without one is kept as long as its object, any other field not at all; what has
 * the scope `PRIVATE`, or needs rights, never. An answer is kept as long as the least of its fields.
 * @returns undefined where the schema marks nothing
 */
export function keepingBy(supergraph: Schema, requirements: Requirements): KeepingOf | undefined {
  if (!supergraph.directive('cacheControl')) return undefined;
  const hintOf = hintReader(requirements);
  const read: KeepingOf = (document, operationName) => {
    const operation = getOperationAST(document, operationName);
    const root = operation && supergraph.schemaDefinition.rootType(operation.operation);
    if (operation?.operation !== 'query' || !root) return { seconds: 0, types: new Set() };
    const fragments = new Map(
      document.definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
      ),
    );
    const walk: Walk = { supergraph, hintOf, fragments, seconds: Infinity, types: new Set() };
    walkSet(walk, operation.selectionSet, root, 0);
    const { seconds, types } = walk;
    return { seconds: Number.isFinite(seconds) ? seconds : 0, types };
  };
  const known = new WeakMap<DocumentNode, Map<string | undefined, Keeping>>();
  return (document, operationName) => {
    const ofDocument = known.get(document) ?? new Map<string | undefined, Keeping>();
    known.set(document, ofDocument);
    const keeping = ofDocument.get(operationName) ?? read(document, operationName);
    ofDocument.set(operationName, keeping);
    return keeping;
  };
}

type Walk = {
  supergraph: Schema;
  hintOf: (field: Field) => Hint;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The least so far. */
  seconds: number;
  types: Set<string>;
};

/** @param kept how long the object is kept that is selected from */
function walkSet(walk: Walk, set: SelectionSetNode, parent: NamedType, kept: number): void {
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) walkField(walk, node.name.value, node.selectionSet, parent, kept);
    else {
      const part = node.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(node.name.value) : node;
      const condition = part?.typeCondition?.name.value;
      const type = condition === undefined ? parent : walk.supergraph.type(condition);
      if (part && type) walkSet(walk, part.selectionSet, type, kept);
      else walk.seconds = 0;
    }
  }
}

function walkField(
  walk: Walk,
  name: string,
  set: SelectionSetNode | undefined,
  parent: NamedType,
  kept: number,
): void {
  if (name === '__typename') return;
  if (name === '_entities' && set) {
    walkEntities(walk, set);
    return;
  }
  const field = 'field' in parent ? (parent.field(name) as Field | undefined) : undefined;
  const type = field && walk.supergraph.type(namedTypeOf(field));
  if (!field || !type) {
    walk.seconds = 0;
    return;
  }
  const { seconds } = walk.hintOf(field);
  const now = seconds === 'inherited' ? kept : seconds;
  walk.seconds = Math.min(walk.seconds, now);
  if (!set) return;
  for (const possible of possibleTypes(type)) {
    walk.types.add(possible.name);
    // The mark of an interface or a union says nothing of a type that it may be.
    if (isCompositeType(possible) && written(possible).scope === 'PRIVATE') walk.seconds = 0;
  }
  walkSet(walk, set, type, now);
}

function possibleTypes(type: NamedType): readonly NamedType[] {
  if (isInterfaceType(type)) return type.possibleRuntimeTypes();
  return isUnionType(type) ? type.types() : [type];
}

/** Entities are asked for by their types. */
function walkEntities(walk: Walk, set: SelectionSetNode): void {
  for (const node of set.selections) {
    if (node.kind !== Kind.INLINE_FRAGMENT || !node.typeCondition) continue;
    const type = walk.supergraph.type(node.typeCondition.name.value);
    const { scope, maxAge = 0 } = type && isObjectType(type) ? written(type) : {};
    walk.seconds = Math.min(walk.seconds, scope === 'PRIVATE' ? 0 : maxAge);
    if (type) walkSet(walk, node.selectionSet, type, walk.seconds);
  }
}

type Written = { maxAge?: number; scope?: string; inheritMaxAge?: boolean };

const written = (element: NamedType | Field): Written =>
  ((element as ObjectType).appliedDirectivesOf('cacheControl')[0]?.arguments() ?? {}) as Written;

const secondsIn = ({ maxAge, inheritMaxAge }: Written): Hint['seconds'] | undefined =>
  inheritMaxAge ? 'inherited' : maxAge;

function hintReader(requirements: Requirements): (field: Field) => Hint {
  const known = new Map<Field, Hint>();
  const read = (field: Field): Hint => {
    const type = field.schema().type(namedTypeOf(field)) as NamedType;
    const [own, ofType] = [written(field), isCompositeType(type) ? written(type) : {}];
    const isForSome =
      own.scope === 'PRIVATE' ||
      ofType.scope === 'PRIVATE' ||
      requirements.ofField(field.parent.name, field.name) !== undefined;
    if (isForSome) return { seconds: 0 };
    const standard = isCompositeType(type) ? 0 : 'inherited';
    return least([
      { seconds: secondsIn(own) ?? secondsIn(ofType) ?? standard },
      ...implementationsOf(field).map(hintOf),
    ]);
  };
  const hintOf = (field: Field): Hint => {
    const hint = known.get(field) ?? read(field);
    known.set(field, hint);
    return hint;
  };
  return hintOf;
}

/** `inherited` is never less than what a number says: the number is the bound then. */
const least = (hints: readonly Hint[]): Hint =>
  hints.reduce((least, { seconds }) =>
    seconds === 'inherited' || (least.seconds !== 'inherited' && least.seconds <= seconds)
      ? least
      : { seconds },
  );
