import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** An object as a subgraph sends it. */
export type Data = { [field: string]: unknown };

export const isObject = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What an object has itself under a key. A subgraph's answer may hold any key, `constructor` and
 * `__proto__` too, and must never reach what JavaScript's objects inherit.
 */
export function own(object: Data, key: string): unknown {
  const value = object[key];
  return value === undefined || Object.hasOwn(object, key) ? value : undefined;
}

/** Gives an object a key of its own. Assigning `__proto__` would change its prototype instead. */
export function setOwn(object: Data, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { ...writable, value });
}

const writable = { configurable: true, enumerable: true, writable: true };

/**
 * Puts what came later into what was there: objects and lists of the same length field by field,
 * the rest as a whole.
 */
export function merge(target: Data, source: Data): Data {
  for (const key of Object.keys(source)) {
    const there = own(target, key);
    const next = source[key];
    if (next === undefined) continue;
    if (isObject(there) && isObject(next)) merge(there, next);
    else if (Array.isArray(next) && Array.isArray(there) && next.length === there.length)
      mergeLists(there, next);
    else setOwn(target, key, next);
  }
  return target;
}

function mergeLists(target: unknown[], source: unknown[]): void {
  source.forEach((next, i) => {
    const there = target[i];
    if (isObject(there) && isObject(next)) merge(there, next);
    else target[i] = next;
  });
}

/** A copy of what JSON can hold. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (!isObject(value)) return value;
  const copied: Data = {};
  for (const key of Object.keys(value)) setOwn(copied, key, copy(value[key]));
  return copied as T;
}

/** Whether an object is of a type; one that doesn't say what it is counts as `unknown` says. */
export function isOfType(
  schema: GraphQLSchema,
  object: Data,
  condition: string,
  unknown = false,
): boolean {
  const name = object.__typename;
  if (!name) return unknown;
  if (typeof name !== 'string') return false;
  if (name === condition) return true;
  const [type, wanted] = [schema.getType(name), schema.getType(condition)];
  if (!isAbstractType(wanted)) return false;
  return (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type);
}

/**
 * The part of an entity by which another subgraph knows it, and that it requires; null where some
 * of it is missing.
 */
export function represent(
  schema: GraphQLSchema,
  entity: unknown,
  required: QueryPlanSelectionNode[],
): Data | null {
  if (!isObject(entity)) return null;
  const result: Data = {};
  for (const selection of required) {
    if (selection.kind === 'Field') {
      const { name, alias = name, selections } = selection;
      const value = own(entity, alias);
      if (value === undefined) return null;
      result[alias] = selections ? representAll(schema, value, selections) : value;
    } else mergeFragment(schema, result, entity, selection);
  }
  return result;
}

/** Adds what is required of entities of one type, if the entity is of it. */
function mergeFragment(
  schema: GraphQLSchema,
  result: Data,
  entity: Data,
  { typeCondition, selections }: Exclude<QueryPlanSelectionNode, { kind: 'Field' }>,
): void {
  if (!typeCondition || !isOfType(schema, entity, typeCondition)) return;
  const part = represent(schema, entity, selections);
  if (part) merge(result, part);
}

const representAll = (
  schema: GraphQLSchema,
  value: unknown,
  required: QueryPlanSelectionNode[],
): unknown =>
  Array.isArray(value)
    ? value.map((element) => represent(schema, element, required))
    : represent(schema, value, required);

const fragmentPrefix = '... on ';

/**
 * Changes that the planner wants made to what is sent or received: fields set or renamed at a path.
 */
export function rewrite(
  schema: GraphQLSchema,
  rewrites: FetchDataRewrite[] | undefined,
  value: unknown,
): void {
  for (const one of rewrites ?? []) {
    const field = one.path.at(-1);
    if (field !== undefined)
      rewriteAt(schema, one.path.slice(0, -1), value, (object) => rewriteField(one, field, object));
  }
}

function rewriteField(one: FetchDataRewrite, field: string, object: Data): void {
  if (one.kind === 'ValueSetter') {
    setOwn(object, field, one.setValueTo);
    return;
  }
  const value = own(object, field);
  if (!value) return;
  setOwn(object, one.renameKeyTo, value);
  setOwn(object, field, undefined);
}

function rewriteAt(
  schema: GraphQLSchema,
  path: string[],
  value: unknown,
  change: (object: Data) => void,
): void {
  if (Array.isArray(value)) for (const element of value) rewriteAt(schema, path, element, change);
  else if (isObject(value)) {
    const [first, ...rest] = path;
    if (first === undefined) change(value);
    else if (!first.startsWith(fragmentPrefix)) rewriteAt(schema, rest, own(value, first), change);
    else if (isOfType(schema, value, first.slice(fragmentPrefix.length), true))
      rewriteAt(schema, rest, value, change);
  }
}
