import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isObjectType } from 'graphql';
import { type Data, isObject, isOfType, own, represent, rewrite } from './entity-merge.ts';

/** What represents entities: of each one, written as JSON, the places at which it occurs. */
export type Represented = {
  texts: string[];
  firstPlaces: number[];
  /** The other places of those that occur more than once, by their index in `texts`. */
  otherPlaces: Map<number, number[]> | undefined;
};

/** Writes what represents one entity. Undefined where some of it is missing. */
type Writer = (entity: Data) => string | undefined;

/** Writes the entities of a fetch as it requires them, each once. */
export function representer(
  schema: GraphQLSchema,
  fetch: FetchNode,
): (entities: readonly unknown[]) => Represented {
  const writerOf = writersByType(schema, fetch);
  const key = onlyKey(schema, fetch);
  return (entities) => {
    const found: Represented = { texts: [], firstPlaces: [], otherPlaces: undefined };
    const known = new Map<unknown, number>();
    const add = (entity: Data, place: number, write: Writer) => {
      const identity = key === undefined ? write(entity) : own(entity, key);
      if (identity === undefined || isRepeated(found, known.get(identity), place)) return;
      const text = key === undefined ? (identity as string) : write(entity);
      if (text === undefined) return;
      known.set(identity, found.texts.length);
      found.texts.push(text);
      found.firstPlaces.push(place);
    };
    entities.forEach((entity, place) => {
      const write = isObject(entity) ? writerOf(entity.__typename) : undefined;
      if (write) add(entity as Data, place, write);
    });
    return found;
  };
}

/** Notes the place of an entity that is known already. */
function isRepeated(found: Represented, index: number | undefined, place: number): boolean {
  if (index === undefined) return false;
  found.otherPlaces ??= new Map();
  const others = found.otherPlaces.get(index);
  if (others) others.push(place);
  else found.otherPlaces.set(index, [place]);
  return true;
}

/** All places of what is represented. */
export const placesOf = ({ firstPlaces, otherPlaces }: Represented, index: number): number[] => [
  firstPlaces[index] as number,
  ...(otherPlaces?.get(index) ?? []),
];

/**
 * The field by which entities are told apart, where that is one field of one type: to look for its
 * value takes half as long as for the whole text.
 */
function onlyKey(schema: GraphQLSchema, { requires = [], inputRewrites }: FetchNode) {
  const [only, ...others] = requires;
  if (only?.kind !== 'InlineFragment' || others.length > 0 || inputRewrites?.length)
    return undefined;
  if (!isObjectType(schema.getType(only.typeCondition ?? ''))) return undefined;
  const keys = only.selections.filter((one) => one.kind !== 'Field' || one.name !== '__typename');
  const [key] = keys;
  if (keys.length !== 1 || key?.kind !== 'Field' || key.selections) return undefined;
  return key.alias ?? key.name;
}

/** How entities of each type are written. Undefined for those that have nothing to be known by. */
function writersByType(schema: GraphQLSchema, fetch: FetchNode) {
  const { requires = [] } = fetch;
  const writers = new Map<string, Writer | undefined>();
  const make = (name: string): Writer | undefined => {
    const applied = requires.filter(
      (one) =>
        one.kind === 'Field' ||
        (one.typeCondition && isOfType(schema, { __typename: name }, one.typeCondition)),
    );
    const [only, ...others] = applied;
    if (!only) return undefined;
    const fields = only.kind === 'Field' || others.length > 0 ? undefined : leavesOf(only);
    return fields && !fetch.inputRewrites?.length
      ? leafWriter(name, fields)
      : anyWriter(schema, fetch);
  };
  const writerOf = (name: unknown): Writer | undefined => {
    if (typeof name !== 'string' || name === '') return undefined;
    if (writers.has(name)) return writers.get(name);
    const writer = make(name);
    // A subgraph may make up any number of names.
    if (schema.getType(name)) writers.set(name, writer);
    return writer;
  };
  let last: { name: unknown; writer: Writer | undefined } = { name: '', writer: undefined };
  return (name: unknown): Writer | undefined => {
    // Most lists are of one type: its name is compared, and not looked up.
    if (name !== last.name) last = { name, writer: writerOf(name) };
    return last.writer;
  };
}

type Selected = QueryPlanSelectionNode[];

/** The names of what is selected, where that is leaves alone and `__typename` among them. */
function leavesOf({ selections }: { selections: Selected }): string[] | undefined {
  const names = selections.flatMap((one) =>
    one.kind === 'Field' && !one.selections ? [one.alias ?? one.name] : [],
  );
  const isPlain = names.length === selections.length && new Set(names).size === names.length;
  return isPlain && names.includes('__typename') ? names : undefined;
}

/** Writes fields that are leaves as one would by hand, a third of what `JSON.stringify` takes. */
function leafWriter(type: string, names: readonly string[]): Writer {
  const keys: { name: string; before: string }[] = [];
  let before = '{';
  for (const name of names) {
    before += `${JSON.stringify(name)}:`;
    if (name === '__typename') before += `${JSON.stringify(type)},`;
    else {
      keys.push({ name, before });
      before = ',';
    }
  }
  const after = before === ',' ? '}' : `${before.slice(0, -1)}}`;
  return (entity) => {
    let text = '';
    for (const { name, before } of keys) {
      const value = own(entity, name);
      if (value === undefined) return undefined;
      text += before + JSON.stringify(value);
    }
    return text + after;
  };
}

/** Writes whatever is required. */
const anyWriter =
  (schema: GraphQLSchema, { requires = [], inputRewrites }: FetchNode): Writer =>
  (entity) => {
    const representation = represent(schema, entity, requires);
    if (!representation?.__typename) return undefined;
    rewrite(schema, inputRewrites, representation);
    return JSON.stringify(representation);
  };
