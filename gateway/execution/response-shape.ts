import {
  type CompositeType,
  type Field,
  isCompositeType,
  isCustomScalarType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isSubtype,
  isValidLeafValue,
  type LeafType,
  type ObjectType,
  type Operation,
  type Schema,
  type Selection,
  type SelectionSet,
  type Type,
  Variable,
} from '@apollo/federation-internals';
import { type Data, isObject, own, setOwn } from './entity-merge.ts';

/** Thrown where data is not as it should be: a null that must not be, a value of another type. */
export const unusual = Symbol('unusual data');

/** The values of the variables that `@skip` and `@include` look at. */
export type Flags = Record<string, boolean>;

/** Picks what was asked for out of what was fetched. @throws unusual */
export type Shape = (value: unknown) => unknown;

type FieldShape = {
  name: string;
  /** Whether every object inherits something under the name. */
  isInherited: boolean;
  shape: Shape;
};

/**
 * Works out once how the answer of an operation is made from the fetched data: for each type that
 * occurs, which fields in which order. It never changes the data, so whatever it can't shape can
 * still be given to the gateway's own post-processing, which knows how nulls spread and what is
 * said of them.
 */
export function answerShape(operation: Operation, flags: Flags): Shape {
  const schema = operation.schema();
  const root = schema.schemaDefinition.rootType(operation.rootKind) as ObjectType;
  return objectShape({ schema, flags }, root, [operation.selectionSet]);
}

type Needs = { schema: Schema; flags: Flags; onBroken?: () => void };

/**
 * Shapes parts of an answer by themselves, without what is deferred in them. What breaks the schema
 * is null, as far up as the schema wants.
 */
export function tolerantShapes(operation: Operation, flags: Flags) {
  const schema = operation.schema();
  return (set: SelectionSet, value: unknown): { value: unknown; isBroken: boolean } => {
    let isBroken = false;
    const onBroken = () => {
      isBroken = true;
    };
    const shape = nullable({ schema, flags, onBroken }, (given) =>
      objectShape({ schema, flags, onBroken }, set.parentType as CompositeType, [set])(given),
    );
    return { value: shape(value), isBroken };
  };
}

/** Where a null may be, it ends what breaks below, if that is wanted. */
function nullable({ onBroken }: Needs, shape: Shape): Shape {
  if (!onBroken) return shape;
  return (value) => {
    try {
      return shape(value);
    } catch (error) {
      if (error !== unusual) throw error;
      onBroken();
      return null;
    }
  };
}

function shapeOf(needs: Needs, type: Type, sets: SelectionSet[]): Shape {
  if (isNonNullType(type)) {
    const inner = presentShape(needs, type.ofType, sets);
    return (value) => {
      const shaped = inner(value);
      if (shaped === null) throw unusual;
      return shaped;
    };
  }
  return nullable(needs, presentShape(needs, type, sets));
}

function presentShape(needs: Needs, type: Type, sets: SelectionSet[]): Shape {
  if (isListType(type)) return listShape(shapeOf(needs, type.ofType, sets));
  if (isCompositeType(type)) return objectShape(needs, type, sets);
  const leaf = type as LeafType;
  const isUsual = usualLeaf(leaf);
  return (value) => {
    if (value === null || value === undefined) return null;
    if (!isUsual(value) && !isValidLeafValue(needs.schema, value, leaf)) throw unusual;
    return value;
  };
}

/** Knows most values of a leaf at a glance. Of any other, Apollo's rule decides, which costs more. */
function usualLeaf(type: LeafType): (value: unknown) => boolean {
  if (isCustomScalarType(type)) return () => true;
  if (isEnumType(type)) {
    const names = new Set<unknown>(type.values.map(({ name }) => name));
    return (value) => names.has(value);
  }
  return usualScalars[type.name] ?? (() => false);
}

const usualScalars: Record<string, (value: unknown) => boolean> = {
  ID: (value) => typeof value === 'string',
  String: (value) => typeof value === 'string',
  Int: Number.isSafeInteger,
  Float: Number.isFinite,
  Boolean: (value) => typeof value === 'boolean',
};

function listShape(element: Shape): Shape {
  return (value) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) throw unusual;
    const shaped = new Array(value.length);
    for (let i = 0; i < value.length; i += 1) shaped[i] = element(value[i]);
    return shaped;
  };
}

function objectShape(needs: Needs, type: CompositeType, sets: SelectionSet[]): Shape {
  const standard = isObjectType(type) ? type.name : undefined;
  const byType = new Map<unknown, FieldShape[]>();
  return (value) => {
    if (value === null || value === undefined) return null;
    if (!isObject(value)) throw unusual;
    const name = value.__typename ?? standard;
    let fields = byType.get(name);
    if (!fields) {
      fields = fieldShapes(needs, name, sets);
      byType.set(name, fields);
    }
    const shaped: Data = {};
    for (const { name, isInherited, shape } of fields) {
      if (isInherited) setOwn(shaped, name, shape(own(value, name)));
      else shaped[name] = shape(value[name]);
    }
    return shaped;
  };
}

function fieldShapes(needs: Needs, typename: unknown, sets: SelectionSet[]): FieldShape[] {
  const type = typeof typename === 'string' ? needs.schema.type(typename) : undefined;
  if (!type || !isObjectType(type)) throw unusual;
  const asked = new Map<string, { field: Field; sets: SelectionSet[] }>();
  for (const set of sets) collect(needs, type, set, asked);
  return [...asked].map(([name, { field, sets: inner }]) => {
    const isTypename = field.name === '__typename';
    const shape = isTypename
      ? typenameShape(type.name)
      : shapeOf(needs, field.definition.type as Type, inner);
    return { name, isInherited: name in Object.prototype, shape };
  });
}

const typenameShape =
  (name: string): Shape =>
  (value) => {
    if (value !== undefined && value !== null && value !== name) throw unusual;
    return name;
  };

/** The fields asked of an object of this type, each with all that is asked below it. */
function collect(
  needs: Needs,
  type: ObjectType,
  set: SelectionSet,
  asked: Map<string, { field: Field; sets: SelectionSet[] }>,
): void {
  for (const selection of set.selections()) {
    if (isLeftOut(needs, selection)) continue;
    if (selection.kind === 'FragmentSelection') {
      if (selection.element.hasDefer()) continue;
      const { typeCondition } = selection.element;
      if (!typeCondition || isSubtype(typeCondition, type))
        collect(needs, type, selection.selectionSet, asked);
      continue;
    }
    const name = selection.element.responseName();
    const known = asked.get(name) ?? { field: selection.element as Field, sets: [] };
    if (selection.selectionSet) known.sets.push(selection.selectionSet);
    asked.set(name, known);
  }
}

function isLeftOut({ schema, flags }: Needs, { element }: Selection): boolean {
  const holds = (given: { arguments(): { if?: unknown } } | undefined) => {
    const value = given?.arguments().if;
    return value instanceof Variable ? flags[value.name] : value;
  };
  const [skip] = element.appliedDirectivesOf(schema.skipDirective());
  if (skip && holds(skip)) return true;
  const [include] = element.appliedDirectivesOf(schema.includeDirective());
  return include !== undefined && !holds(include);
}
