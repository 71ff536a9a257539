import { Kind, type TypeNode } from 'graphql';

/*
 * Schema coordinates as https://spec.graphql.org/draft/#sec-Schema-Coordinates writes them: `Type`,
 * `Type.field`, `Type.field(argument:)`, `Enum.VALUE`, `@directive`, `@directive(argument:)`. Two
 * that it has no form for are `Union.Member` and `Type implements Interface`.
 */

/** The name of a type without its lists and non-nulls. */
export const namedTypeOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);

export const argumentOf = (field: string, name: string): string => `${field}(${name}:)`;

/**
 * What an element is part of: `Type.field` of an argument, `Type` of a field; undefined for a type.
 */
export function parentOf(coordinate: string): string | undefined {
  const [parent] = /^@?[\w.]+(?=\(| implements )|^\w+(?=\.)/.exec(coordinate) ?? [];
  return parent;
}

/** The type or directive that an element belongs to. */
export const typeOf = (coordinate: string): string => /^@?\w*/.exec(coordinate)?.[0] ?? '';

/** The name of the element itself: `argument` of `Type.field(argument:)`. */
export const nameOf = (coordinate: string): string =>
  /(\w+)(?::\))?$/.exec(coordinate)?.[1] ?? coordinate;
