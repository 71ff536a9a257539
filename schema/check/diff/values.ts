import {
  astFromValue,
  type GraphQLInputType,
  type GraphQLType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  print,
  type ValueNode,
} from 'graphql';
import { compareByName, type SchemaChange } from './change.ts';
import { deprecationChanges } from './deprecation.ts';

/** What an operation gives: an argument of a field or of a directive, or a field of an input. */
type Value = {
  name: string;
  type: GraphQLInputType;
  defaultValue?: unknown;
  deprecationReason?: string | null | undefined;
};

/** Where values stand. */
export type Slot = {
  /** How the rules' names begin. */
  prefix: 'FIELD_ARGUMENT' | 'INPUT_FIELD' | 'DIRECTIVE_ARGUMENT';
  /** The element that has them. */
  parent: string;
  coordinate(name: string): string;
};

/** Compares what an operation may give in one place. */
export function valueChanges(
  before: readonly Value[],
  after: readonly Value[],
  slot: Slot,
): SchemaChange[] {
  const { removed, added, kept } = compareByName(before, after);
  const { prefix, parent } = slot;
  return [
    ...removed.map(({ name }): SchemaChange => {
      const at = slot.coordinate(name);
      return {
        rule: `${prefix}_REMOVED`,
        impact: 'breaking',
        at,
        message: `${at} is removed.`,
        touches: [at],
      };
    }),
    ...added.map((value): SchemaChange => {
      const at = slot.coordinate(value.name);
      const must = isRequired(value);
      const message = `${at} is new${must ? ' and must be given' : ''}.`;
      return {
        rule: `${prefix}_ADDED`,
        impact: must ? 'breaking' : 'safe',
        at,
        message,
        touches: must ? [parent] : [],
      };
    }),
    ...kept.flatMap(([old, now]) => changesOf(old, now, prefix, slot.coordinate(now.name))),
  ];
}

function changesOf(old: Value, now: Value, prefix: string, at: string): SchemaChange[] {
  return [
    ...requirement(old, now, prefix, at),
    ...typeChange(old, now, prefix, at),
    ...defaultChange(old, now, prefix, at),
    ...deprecationChanges(old, now, at),
  ];
}

/**
 * A value that could be left out and must now be given: its default is gone, or null is no longer
 * allowed.
 */
function requirement(old: Value, now: Value, prefix: string, at: string): SchemaChange[] {
  if (isRequired(old) || !isRequired(now)) return [];
  const why =
    old.defaultValue === undefined
      ? 'null is no longer allowed'
      : `its default ${defaultOf(old)} is removed`;
  const message = `${at} must now be given: ${why}.`;
  return [{ rule: `${prefix}_REQUIRED`, impact: 'breaking', at, message, touches: [`${at}?`] }];
}

function typeChange(old: Value, now: Value, prefix: string, at: string): SchemaChange[] {
  const [from, to] = [String(old.type), String(now.type)];
  if (from === to || (isRequired(now) && !isRequired(old) && `${from}!` === to)) return [];
  const safe = acceptsAll(old.type, now.type);
  const message = `${at} changes its type from ${from} to ${to}.`;
  return [
    {
      rule: `${prefix}_TYPE_CHANGED`,
      impact: safe ? 'safe' : 'breaking',
      at,
      message,
      touches: [at],
    },
  ];
}

function defaultChange(old: Value, now: Value, prefix: string, at: string): SchemaChange[] {
  const [from, to] = [defaultOf(old), defaultOf(now)];
  if (from === to || (isRequired(now) && !isRequired(old))) return [];
  const added = from === undefined;
  const message = added
    ? `${at} gets the default ${to}.`
    : `${at} changes its default from ${from} to ${to ?? 'none'}: where it is left out, the answer may differ.`;
  const rule = `${prefix}_DEFAULT_CHANGED`;
  return [
    { rule, impact: added ? 'safe' : 'dangerous', at, message, touches: added ? [] : [`${at}?`] },
  ];
}

const isRequired = ({ type, defaultValue }: Value): boolean =>
  isRequiredArgument({ type, defaultValue } as Parameters<typeof isRequiredArgument>[0]);

function defaultOf({ type, defaultValue }: Value): string | undefined {
  if (defaultValue === undefined) return undefined;
  return print(astFromValue(defaultValue, type) as ValueNode);
}

/** Whether everything that could be given before can be given still. */
function acceptsAll(old: GraphQLType, now: GraphQLType): boolean {
  if (isNonNullType(now)) return isNonNullType(old) && acceptsAll(old.ofType, now.ofType);
  if (isNonNullType(old)) return acceptsAll(old.ofType, now);
  if (isListType(old)) return isListType(now) && acceptsAll(old.ofType, now.ofType);
  return String(old) === String(now);
}
