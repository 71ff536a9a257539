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
import { isObject } from './entity-merge.ts';
import {
  type Build,
  buildByCode,
  buildByLoop,
  type FieldShape,
  type Usual,
} from './object-shape.ts';

/** Thrown where data is not as it should be: a null that must not be, a value of another type. */
export const unusual = Symbol('unusual data');

/** The values of the variables that `@skip` and `@include` look at. */
export type Flags = Record<string, boolean>;

/** Picks what was asked for out of what was fetched. @throws unusual */
export type Shape = (value: unknown) => unknown;

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
  if (!isNonNullType(type)) return nullable(needs, presentShape(needs, type, sets));
  const inner = presentShape(needs, type.ofType, sets);
  return (value) => {
    const shaped = inner(value);
    if (shaped === null) throw unusual;
    return shaped;
  };
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
  return usualScalars[type.name]?.is ?? (() => false);
}

const usualScalars: Record<string, { usual: Usual; is: (value: unknown) => boolean }> = {
  ID: { usual: 'text', is: (value) => typeof value === 'string' },
  String: { usual: 'text', is: (value) => typeof value === 'string' },
  Int: { usual: 'integer', is: Number.isSafeInteger },
  Float: { usual: 'number', is: Number.isFinite },
  Boolean: { usual: 'truth', is: (value) => typeof value === 'boolean' },
};

const usualOf = (type: Type): Usual | undefined =>
  usualScalars[String(isNonNullType(type) ? type.ofType : type)]?.usual;

function listShape(element: Shape): Shape {
  return (value) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) throw unusual;
    const shaped = new Array(value.length);
    for (let i = 0; i < value.length; i += 1) shaped[i] = element(value[i]);
    return shaped;
  };
}

/** How objects of a type are made. Those that are made often are made by code of their own. */
type Builder = { name: unknown; fields: FieldShape[]; build: Build; left: number };

/** So many objects take as long as to make code for them. */
const objectsBeforeCode = 500;

function objectShape(needs: Needs, type: CompositeType, sets: SelectionSet[]): Shape {
  const standard = isObjectType(type) ? type.name : undefined;
  const byType = new Map<unknown, Builder>();
  // What is shaped tolerantly is shaped once.
  const left = needs.onBroken ? Number.POSITIVE_INFINITY : objectsBeforeCode;
  const builderOf = (name: unknown): Builder => {
    const known = byType.get(name);
    if (known) return known;
    const fields = fieldShapes(needs, name, sets);
    const builder = { name, fields, build: buildByLoop(fields), left };
    byType.set(name, builder);
    return builder;
  };
  let last: Builder | undefined;
  return (value) => {
    if (value === null || value === undefined) return null;
    if (!isObject(value)) throw unusual;
    const name = value.__typename ?? standard;
    // Most lists are of one type: its name is compared, and not looked up.
    if (!last || last.name !== name) last = builderOf(name);
    if (last.left > 0) {
      last.left -= 1;
      if (last.left === 0) last.build = buildByCode(last.fields) ?? last.build;
    }
    return last.build(value);
  };
}

function fieldShapes(needs: Needs, typename: unknown, sets: SelectionSet[]): FieldShape[] {
  const type = typeof typename === 'string' ? needs.schema.type(typename) : undefined;
  if (!type || !isObjectType(type)) throw unusual;
  const asked = new Map<string, { field: Field; sets: SelectionSet[] }>();
  for (const set of sets) collect(needs, type, set, asked);
  return [...asked].map(([name, { field, sets: inner }]) => {
    if (field.name === '__typename')
      return { name, shape: typenameShape(type.name), usual: undefined };
    const given = field.definition.type as Type;
    return { name, shape: shapeOf(needs, given, inner), usual: usualOf(given) };
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

/** More combinations of `@skip` and `@include` than this are worked out anew each time. */
const maxRemembered = 64;

/** Works something out once for each combination of flags. */
export function onceByFlags<Made>(make: (flags: Flags) => Made): (flags: Flags) => Made {
  const remembered = new Map<string, Made>();
  return (flags) => {
    const key = Object.values(flags).join();
    const made = remembered.get(key) ?? make(flags);
    if (remembered.size < maxRemembered) remembered.set(key, made);
    return made;
  };
}

/** Whether `@skip` or `@include` leaves a selection out. */
export function isLeftOut(
  { schema, flags }: Pick<Needs, 'schema' | 'flags'>,
  { element }: Selection,
): boolean {
  const holds = (given: { arguments(): { if?: unknown } } | undefined) => {
    const value = given?.arguments().if;
    return value instanceof Variable ? flags[value.name] : value;
  };
  const [skip] = element.appliedDirectivesOf(schema.skipDirective());
  if (skip && holds(skip)) return true;
  const [include] = element.appliedDirectivesOf(schema.includeDirective());
  return include !== undefined && !holds(include);
}
