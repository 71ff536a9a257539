import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { type RegisteredOperation, titleOf } from '../operations.ts';
import { argumentOf } from './coordinates.ts';
import type { Elements } from './elements.ts';
import { deprecationReasons } from './lint.ts';
import type { Finding } from './report.ts';
import { rules } from './rules.ts';
import { usageOf } from './usage.ts';

/** How long before its day an element is named. */
const noticeDays = 30;

const dayIn = (reason: string): string | undefined => /\b\d{4}-\d{2}-\d{2}\b/.exec(reason)?.[0];

/** Names elements whose day has come, or comes soon. @param today as `2027-06-30` */
export const dueDeprecations = (elements: Elements, today: string): Finding[] =>
  [...elements].flatMap(([at, definitions]): Finding[] => {
    const day = definitions.flatMap(deprecationReasons).map(dayIn).find(Boolean);
    if (!day || day > daysAfter(today, noticeDays)) return [];
    const isOver = day < today;
    const rule = isOver ? 'deprecation-overdue' : 'deprecation-due';
    const message = isOver ? `${at} was to go on ${day}.` : `${at} is to go on ${day}.`;
    const places = definitions.map(({ place }) => place);
    const severity = isOver ? 'warning' : 'note';
    return [
      { check: 'lint', severity, rule, at, message, advice: rules[rule]?.mend ?? '', places },
    ];
  });

const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Everything deprecated, by coordinate, with the reason. */
export function deprecatedIn(schema: GraphQLSchema): Map<string, string> {
  const elements = Object.values(schema.getTypeMap()).flatMap(deprecatableIn);
  return new Map(
    elements.flatMap(([at, { deprecationReason }]): [string, string][] =>
      deprecationReason ? [[at, deprecationReason]] : [],
    ),
  );
}

type Deprecatable = { deprecationReason?: string | null | undefined };

/** What of a type can be deprecated, by coordinate. */
function deprecatableIn(type: GraphQLNamedType): [at: string, Deprecatable][] {
  if (isIntrospectionType(type)) return [];
  if (isEnumType(type))
    return type.getValues().map((value) => [`${type.name}.${value.name}`, value]);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field]);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field): [string, Deprecatable][] => {
    const at = `${type.name}.${field.name}`;
    const ofArguments = field.args.map((argument): [string, Deprecatable] => [
      argumentOf(at, argument.name),
      argument,
    ]);
    return [[at, field], ...ofArguments];
  });
}

const removals = new Set([
  'FIELD_REMOVED',
  'FIELD_ARGUMENT_REMOVED',
  'INPUT_FIELD_REMOVED',
  'ENUM_VALUE_REMOVED',
]);

/** Says of what is removed whether its day had come. */
export function withDeprecation(
  changes: readonly Finding[],
  before: GraphQLSchema,
  today: string,
): Finding[] {
  const deprecated = deprecatedIn(before);
  return changes.map((finding): Finding => {
    if (finding.impact !== 'breaking' || !removals.has(finding.rule)) return finding;
    const words = howItWasAnnounced(deprecated.get(finding.at ?? ''), today);
    return { ...finding, message: `${finding.message}${words}` };
  });
}

function howItWasAnnounced(reason: string | undefined, today: string): string {
  if (reason === undefined) return ' It was not deprecated before.';
  const day = dayIn(reason);
  return day && day > today ? ` It was to stay until ${day}.` : '';
}

/** Names operations that begin to use what is deprecated. */
export function newlyUsed(
  operations: readonly RegisteredOperation[],
  before: readonly RegisteredOperation[],
  schemas: { before: GraphQLSchema; after: GraphQLSchema },
): Finding[] {
  const known = new Set(before.map(keyOf));
  const changed = operations.filter(
    (operation) => !operation.client && !known.has(keyOf(operation)),
  );
  if (changed.length === 0) return [];
  const [old, now] = [usageOf(before, schemas.before), usageOf(changed, schemas.after)];
  return [...deprecatedIn(schemas.after)].flatMap(([at, reason]) =>
    (now.get(at) ?? [])
      .filter(({ operation }) => !old.get(at)?.some((use) => use.operation === operation))
      .map(
        (use): Finding => ({
          check: 'operations',
          severity: 'warning',
          rule: 'newly-used-deprecated',
          at,
          message: `${use.operation} begins to use ${at}, which is deprecated: ${reason}`,
          advice: rules['newly-used-deprecated']?.mend ?? '',
          places: [use],
          operations: [use],
        }),
      ),
  );
}

const keyOf = (operation: RegisteredOperation): string =>
  `${titleOf(operation)} ${operation.document.definitions.map(({ loc }) => loc?.source.body.slice(loc.start, loc.end)).join()}`;
