import {
  type GraphQLEnumType,
  type GraphQLNamedType,
  type GraphQLScalarType,
  type GraphQLUnionType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import { compareByName, type SchemaChange } from './change.ts';
import { compositeChanges } from './composite.ts';
import { deprecationChanges } from './deprecation.ts';
import type { Reach } from './reach.ts';
import { valueChanges } from './values.ts';

/** What a type is, in a word. */
export function kindOf(type: GraphQLNamedType): string {
  if (isObjectType(type)) return 'type';
  if (isInterfaceType(type)) return 'interface';
  if (isUnionType(type)) return 'union';
  if (isEnumType(type)) return 'enum';
  return isInputObjectType(type) ? 'input' : 'scalar';
}

const withArticle = (type: GraphQLNamedType): string => {
  const kind = kindOf(type);
  return `${/^[ei]/.test(kind) ? 'an' : 'a'} ${kind}`;
};

/** What changes of a type that is there before and after. `gone` are the types that are removed. */
export function typeChanges(
  old: GraphQLNamedType,
  now: GraphQLNamedType,
  reach: Reach,
  gone: ReadonlySet<string>,
): SchemaChange[] {
  if (isObjectType(old) && isObjectType(now)) return compositeChanges(old, now, gone, reach);
  if (isInterfaceType(old) && isInterfaceType(now)) return compositeChanges(old, now, gone, reach);
  if (isUnionType(old) && isUnionType(now)) return unionChanges(old, now, gone);
  if (isEnumType(old) && isEnumType(now)) return enumChanges(old, now, reach);
  if (isScalarType(old) && isScalarType(now)) return scalarChanges(old, now);
  if (isInputObjectType(old) && isInputObjectType(now)) {
    const coordinate = (name: string) => `${now.name}.${name}`;
    const [before, after] = [Object.values(old.getFields()), Object.values(now.getFields())];
    return valueChanges(before, after, { prefix: 'INPUT_FIELD', parent: now.name, coordinate });
  }
  const message = `${now.name} was ${withArticle(old)} and is now ${withArticle(now)}.`;
  const touches = [now.name, `out:${now.name}`];
  return [{ rule: 'TYPE_KIND_CHANGED', impact: 'breaking', at: now.name, message, touches }];
}

function unionChanges(
  old: GraphQLUnionType,
  now: GraphQLUnionType,
  gone: ReadonlySet<string>,
): SchemaChange[] {
  const { removed, added } = compareByName([...old.getTypes()], [...now.getTypes()]);
  return [
    ...removed
      .filter(({ name }) => !gone.has(name))
      .map(({ name }): SchemaChange => {
        const message = `${name} is no longer one of ${now.name}.`;
        const touches = [`${now.name}>${name}`];
        return {
          rule: 'UNION_MEMBER_REMOVED',
          impact: 'breaking',
          at: `${now.name}.${name}`,
          message,
          touches,
        };
      }),
    ...added.map(({ name }): SchemaChange => {
      const message = `${now.name} can now be ${name}: a client that does not know it gets nothing it asked for.`;
      const touches = [`out:${now.name}`];
      return {
        rule: 'UNION_MEMBER_ADDED',
        impact: 'dangerous',
        at: `${now.name}.${name}`,
        message,
        touches,
      };
    }),
  ];
}

/**
 * A value that clients only send surprises none when it comes; one that they only get is missed by
 * none when it goes.
 */
function enumChanges(
  old: GraphQLEnumType,
  now: GraphQLEnumType,
  { received, sent }: Reach,
): SchemaChange[] {
  const { removed, added, kept } = compareByName([...old.getValues()], [...now.getValues()]);
  const at = (value: { name: string }) => `${now.name}.${value.name}`;
  return [
    ...removed.map((value): SchemaChange => {
      const isSent = sent.has(now.name);
      const message = `${at(value)} is removed${isSent ? '' : '; clients only ever get it, so none can ask for it'}.`;
      const impact = isSent ? 'breaking' : 'safe';
      return { rule: 'ENUM_VALUE_REMOVED', impact, at: at(value), message, touches: [at(value)] };
    }),
    ...added.map((value): SchemaChange => {
      const isReceived = received.has(now.name);
      const message = `${at(value)} is new${isReceived ? ', and a client that does not know it can get it' : ''}.`;
      const impact = isReceived ? 'dangerous' : 'safe';
      return {
        rule: 'ENUM_VALUE_ADDED',
        impact,
        at: at(value),
        message,
        touches: [`out:${now.name}`],
      };
    }),
    ...kept.flatMap(([before, after]) => deprecationChanges(before, after, at(after))),
  ];
}

function scalarChanges(old: GraphQLScalarType, now: GraphQLScalarType): SchemaChange[] {
  const [from, to] = [old.specifiedByURL ?? 'nothing', now.specifiedByURL ?? 'nothing'];
  if (from === to) return [];
  const message = `The scalar ${now.name} is specified by ${to}, and was by ${from}.`;
  const impact = from === 'nothing' ? 'safe' : 'dangerous';
  return [
    {
      rule: 'SPECIFIED_BY_CHANGED',
      impact,
      at: now.name,
      message,
      touches: [now.name, `out:${now.name}`],
    },
  ];
}
