import type { Operation, SelectionSet } from '@apollo/federation-internals';
import type { FetchNode, ResponsePath } from '@apollo/query-planner';
import { type FieldNode, GraphQLError, Kind, parse, type SelectionNode } from 'graphql';
import { type Data, own } from './entity-merge.ts';

export type Path = (string | number)[];

/** A fetch that got no answer: why, and what is missing now. */
export type FailedFetch = {
  error: unknown;
  /** Where the objects are whose fields it asked for. */
  places: Path[];
  /** The fields that it asked for, by the names they have in the answer. */
  fields: readonly string[];
};

/** In long lists, so many missing fields are told of; the rest are null all the same. */
const maxErrorsOfFetch = 100;

/**
 * The errors of a fetch that got no answer: one for each field that a client misses, at its path.
 * What was fetched only for the plan, such as a key, is told at the object that needs it.
 */
export function errorsOfFailed(operation: Operation, failed: FailedFetch): GraphQLError[] {
  // Each place has one missing field at least.
  const paths = failed.places
    .slice(0, maxErrorsOfFetch)
    .flatMap((place) => missingAt(operation, place, failed.fields));
  return paths.slice(0, maxErrorsOfFetch).map((path) => at(failed.error, path));
}

function missingAt(operation: Operation, place: Path, fields: readonly string[]): Path[] {
  const sets = selectionsAt([operation.selectionSet], place);
  const asked = fields.filter((field) => selectionsAt(sets, [field]).length > 0);
  return asked.length > 0 ? asked.map((field) => [...place, field]) : [place];
}

/** What an operation asks for at a path; nothing where it does not lead through the operation. */
const selectionsAt = (sets: SelectionSet[], path: Path): SelectionSet[] =>
  path
    .filter((part) => typeof part === 'string')
    .reduce((inner, name) => inner.flatMap((set) => fieldsOf(set, name)), sets);

const empty: readonly SelectionSet[] = [];

/** The selections of the fields of this name; a leaf has the set that it stands in. */
const fieldsOf = (set: SelectionSet, name: string): readonly SelectionSet[] =>
  set.selections().flatMap((selection) => {
    if (selection.kind === 'FragmentSelection') return fieldsOf(selection.selectionSet, name);
    if (selection.element.responseName() !== name) return empty;
    return [selection.selectionSet ?? set];
  });

function at(error: unknown, path: Path): GraphQLError {
  const { message, extensions } = error as Partial<GraphQLError>;
  return new GraphQLError(message ?? String(error), {
    path: path.length > 0 ? path : null,
    ...(extensions ? { extensions } : {}),
    originalError: error as Error,
  });
}

/** The fields that a fetch asks for, of entities or of the root, by their names in the answer. */
export function fieldsAsked(fetch: FetchNode): string[] {
  const roots = parse(fetch.operation, { noLocation: true }).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? fieldsIn(definition.selectionSet.selections)
      : [],
  );
  const asked = fetch.requires
    ? roots.flatMap(({ selectionSet }) => fieldsIn(selectionSet?.selections ?? []))
    : roots;
  const names = asked.map(({ name, alias }) => (alias ?? name).value);
  return [...new Set(names)].filter((name) => name !== '__typename');
}

const fieldsIn = (selections: readonly SelectionNode[]): FieldNode[] =>
  selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    return selection.kind === Kind.INLINE_FRAGMENT
      ? fieldsIn(selection.selectionSet.selections)
      : [];
  });

/** The paths of everything that lies at a path through lists, in order. */
export function collectPaths(
  value: unknown,
  path: ResponsePath,
  parent: Path,
  found: Path[],
): void {
  if (value === undefined || value === null) return;
  const [first, ...rest] = path;
  if (first === undefined) found.push(parent);
  else if (Array.isArray(value)) {
    value.forEach((element, i) => {
      collectPaths(element, first === '@' ? rest : path, [...parent, i], found);
    });
  } else collectPaths(own(value as Data, String(first)), rest, [...parent, first], found);
}
