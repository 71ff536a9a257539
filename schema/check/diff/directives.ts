import {
  DirectiveLocation,
  type GraphQLDirective,
  type GraphQLSchema,
  isSpecifiedDirective,
} from 'graphql';
import { argumentOf } from '../coordinates.ts';
import type { Impact } from '../report.ts';
import { compareByName, type SchemaChange } from './change.ts';
import { valueChanges } from './values.ts';

const executable = new Set<string>([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
]);

const usableIn = ({ locations }: GraphQLDirective): string[] =>
  locations.filter((place) => executable.has(place));

/**
 * Compares the directives that operations may write. Those of the schema itself matter to no
 * operation.
 */
export function directiveChanges(before: GraphQLSchema, after: GraphQLSchema): SchemaChange[] {
  const own = (schema: GraphQLSchema) =>
    schema
      .getDirectives()
      .filter(
        (one) => !isSpecifiedDirective(one) && one.locations.some((at) => executable.has(at)),
      );
  const { removed, added, kept } = compareByName(own(before), own(after));
  return [
    ...removed.map(({ name }) =>
      change('DIRECTIVE_REMOVED', 'breaking', `@${name}`, `@${name} is removed.`),
    ),
    ...added.map(({ name }) => change('DIRECTIVE_ADDED', 'safe', `@${name}`, `@${name} is new.`)),
    ...kept.flatMap(([old, now]) => changesOf(old, now)),
  ];
}

const change = (rule: string, impact: Impact, at: string, message: string): SchemaChange => ({
  rule,
  impact,
  at,
  message,
  touches: impact === 'safe' ? [] : [at],
});

function changesOf(old: GraphQLDirective, now: GraphQLDirective): SchemaChange[] {
  const at = `@${now.name}`;
  const coordinate = (name: string) => argumentOf(at, name);
  const [before, after] = [new Set(usableIn(old)), new Set(usableIn(now))];
  const lost = [...before].filter((place) => !after.has(place));
  const gained = [...after].filter((place) => !before.has(place));
  return [
    ...lost.map((place) =>
      change(
        'DIRECTIVE_LOCATION_REMOVED',
        'breaking',
        at,
        `${at} is no longer allowed on ${place}.`,
      ),
    ),
    ...gained.map((place) =>
      change('DIRECTIVE_LOCATION_ADDED', 'safe', at, `${at} is now allowed on ${place}.`),
    ),
    ...repetition(old, now, at),
    ...valueChanges(old.args, now.args, { prefix: 'DIRECTIVE_ARGUMENT', parent: at, coordinate }),
  ];
}

function repetition(old: GraphQLDirective, now: GraphQLDirective, at: string): SchemaChange[] {
  if (old.isRepeatable === now.isRepeatable) return [];
  return now.isRepeatable
    ? [
        change(
          'DIRECTIVE_REPEATABLE_ADDED',
          'safe',
          at,
          `${at} may now stand several times in one place.`,
        ),
      ]
    : [
        change(
          'DIRECTIVE_REPEATABLE_REMOVED',
          'breaking',
          at,
          `${at} may now stand only once in one place.`,
        ),
      ];
}
