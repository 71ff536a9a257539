import { type Change, CriticalityLevel, DiffRule, diff } from '@graphql-inspector/core';
import {
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Impact } from './report.ts';

/** One change between two schemas. */
export type SchemaChange = {
  rule: string;
  impact: Impact;
  /** The element that has changed; of something removed, where it was. */
  at: string;
  message: string;
  /** Whether the element is new. */
  added: boolean;
};

const impacts: Record<CriticalityLevel, Impact> = {
  [CriticalityLevel.Breaking]: 'breaking',
  [CriticalityLevel.Dangerous]: 'dangerous',
  [CriticalityLevel.NonBreaking]: 'safe',
};

/** Compares two schemas: every change once, the outermost where one contains others. */
export async function changesBetween(
  before: GraphQLSchema,
  after: GraphQLSchema,
): Promise<SchemaChange[]> {
  const changes = await diff(before, after, [DiffRule.simplifyChanges, DiffRule.safeUnreachable]);
  return changes
    .filter(({ type }) => !type.startsWith('DIRECTIVE_USAGE') && !type.includes('DESCRIPTION'))
    .map((change) => ({
      rule: change.type,
      impact: isSafeEnumValue(change, after) ? 'safe' : impacts[change.criticality.level],
      at: coordinateOf(change),
      message: change.message,
      added: change.type.endsWith('_ADDED'),
    }));
}

/** A value that clients only ever send, and never get, surprises none of them. The library does not tell these apart. */
const isSafeEnumValue = ({ type, meta }: Change, schema: GraphQLSchema): boolean =>
  type === 'ENUM_VALUE_ADDED' && !isEverReturned(meta.enumName, schema);

const isEverReturned = (typeName: string, schema: GraphQLSchema): boolean =>
  Object.values(schema.getTypeMap()).some((type) => {
    if (
      isInputObjectType(type) ||
      !(isObjectType(type) || isInterfaceType(type)) ||
      type.name.startsWith('__')
    ) {
      return false;
    }
    return Object.values(type.getFields()).some(
      (field) => getNamedType(field.type).name === typeName,
    );
  });

/** The library names a union, and not its member, as the place of a member's change. */
function coordinateOf({ path, meta, type }: Change): string {
  if (type === 'UNION_MEMBER_ADDED') return `${meta.unionName}.${meta.addedUnionMemberTypeName}`;
  if (type === 'UNION_MEMBER_REMOVED')
    return `${meta.unionName}.${meta.removedUnionMemberTypeName}`;
  return (path ?? '').replace(/\.@.*$/, '');
}
