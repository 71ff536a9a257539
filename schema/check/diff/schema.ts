import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { compareByName, type SchemaChange } from './change.ts';
import { implementationAdded } from './composite.ts';
import { directiveChanges } from './directives.ts';
import { type Reach, reachOf } from './reach.ts';
import { kindOf, typeChanges } from './types.ts';

/** Compares two schemas: every change once, the outermost where one contains others. */
export function changesBetween(before: GraphQLSchema, after: GraphQLSchema): SchemaChange[] {
  const reach = reachOf(before);
  const { removed, added, kept } = compareByName(ownTypes(before), ownTypes(after));
  return [
    ...removed.map((type) => withinReach(typeRemoved(type), type, reach)),
    ...added.flatMap((type) => [typeAdded(type), ...newImplementations(type, reach)]),
    ...kept.flatMap(([old, now]) =>
      typeChanges(old, now, reach, new Set(removed.map(({ name }) => name))).map((change) =>
        withinReach(change, old, reach),
      ),
    ),
    ...directiveChanges(before, after),
  ];
}

const ownTypes = (schema: GraphQLSchema): GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );

/**
 * What no operation can reach can break none; a type that begins to implement an interface is
 * reached by that.
 */
const withinReach = (
  change: SchemaChange,
  { name }: GraphQLNamedType,
  { reached }: Reach,
): SchemaChange =>
  reached.has(name) || change.impact === 'safe' || change.rule === 'OBJECT_TYPE_INTERFACE_ADDED'
    ? change
    : { ...change, impact: 'safe', message: `${change.message} No operation could reach it.` };

const typeRemoved = (type: GraphQLNamedType): SchemaChange => ({
  rule: 'TYPE_REMOVED',
  impact: 'breaking',
  at: type.name,
  message: `The ${kindOf(type)} ${type.name} is removed.`,
  touches: [type.name],
});

const typeAdded = (type: GraphQLNamedType): SchemaChange => ({
  rule: 'TYPE_ADDED',
  impact: 'safe',
  at: type.name,
  message: `The ${kindOf(type)} ${type.name} is new.`,
  touches: [],
});

/**
 * A new type behind an interface that clients know comes as a surprise to those who ask for the
 * interface.
 */
function newImplementations(type: GraphQLNamedType, { received }: Reach): SchemaChange[] {
  if (!isObjectType(type)) return [];
  return type
    .getInterfaces()
    .filter(({ name }) => received.has(name))
    .map((parent) => implementationAdded(type, parent));
}
