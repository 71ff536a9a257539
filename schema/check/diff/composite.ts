import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLType,
  isInterfaceType,
  isListType,
  isNonNullType,
} from 'graphql';
import { argumentOf } from '../coordinates.ts';
import { compareByName, type SchemaChange } from './change.ts';
import { deprecationChanges } from './deprecation.ts';
import type { Reach } from './reach.ts';
import { valueChanges } from './values.ts';

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/**
 * What changes of the fields and the interfaces of a type. `gone` are the types that are removed.
 */
export function compositeChanges(
  old: Composite,
  now: Composite,
  gone: ReadonlySet<string>,
  reach: Reach,
): SchemaChange[] {
  const { removed, added, kept } = compareByName(
    Object.values(old.getFields()),
    Object.values(now.getFields()),
  );
  const at = (field: { name: string }) => `${now.name}.${field.name}`;
  return [
    ...removed.map((field): SchemaChange => {
      const touches = [at(field)];
      return {
        rule: 'FIELD_REMOVED',
        impact: 'breaking',
        at: at(field),
        message: `${at(field)} is removed.`,
        touches,
      };
    }),
    ...added.map((field): SchemaChange => {
      return {
        rule: 'FIELD_ADDED',
        impact: 'safe',
        at: at(field),
        message: `${at(field)} is new.`,
        touches: [],
      };
    }),
    ...kept.flatMap(([before, after]) => fieldChanges(before, after, at(after))),
    ...interfaceChanges(old, now, gone, reach),
  ];
}

type Field = GraphQLField<unknown, unknown>;

function fieldChanges(old: Field, now: Field, at: string): SchemaChange[] {
  const [from, to] = [String(old.type), String(now.type)];
  const safe = isWithin(old.type, now.type);
  const message = `${at} changes its type from ${from} to ${to}.`;
  const changed: SchemaChange[] =
    from === to
      ? []
      : [
          {
            rule: 'FIELD_TYPE_CHANGED',
            impact: safe ? 'safe' : 'breaking',
            at,
            message,
            touches: [at],
          },
        ];
  const coordinate = (name: string) => argumentOf(at, name);
  return [
    ...changed,
    ...valueChanges(old.args, now.args, { prefix: 'FIELD_ARGUMENT', parent: at, coordinate }),
    ...deprecationChanges(old, now, at),
  ];
}

/** Whether whatever can be answered now could be answered before: only null has become rarer. */
function isWithin(old: GraphQLType, now: GraphQLType): boolean {
  if (isNonNullType(old)) return isNonNullType(now) && isWithin(old.ofType, now.ofType);
  if (isNonNullType(now)) return isWithin(old, now.ofType);
  if (isListType(old)) return isListType(now) && isWithin(old.ofType, now.ofType);
  return String(old) === String(now);
}

function interfaceChanges(
  old: Composite,
  now: Composite,
  gone: ReadonlySet<string>,
  reach: Reach,
): SchemaChange[] {
  const { removed, added } = compareByName([...old.getInterfaces()], [...now.getInterfaces()]);
  return [
    ...removed
      .filter(({ name }) => !gone.has(name))
      .map(({ name }): SchemaChange => {
        const message = `${now.name} no longer implements ${name}: who asks for ${name} does not get it any more.`;
        const at = `${now.name} implements ${name}`;
        return {
          rule: 'OBJECT_TYPE_INTERFACE_REMOVED',
          impact: 'breaking',
          at,
          message,
          touches: [name, `out:${name}`],
        };
      }),
    ...added.map((parent): SchemaChange => {
      const change = implementationAdded(now, parent);
      return reach.received.has(parent.name) ? change : { ...change, impact: 'safe' };
    }),
  ];
}

export const implementationAdded = (
  type: Composite,
  { name }: GraphQLInterfaceType,
): SchemaChange => ({
  rule: 'OBJECT_TYPE_INTERFACE_ADDED',
  impact: isInterfaceType(type) ? 'safe' : 'dangerous',
  at: `${type.name} implements ${name}`,
  message: `${type.name} now implements ${name}: a client that asks for ${name} can get it.`,
  touches: [`out:${name}`, name],
});
