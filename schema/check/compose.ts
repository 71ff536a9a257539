import type { DocumentNode } from 'graphql';
import type { CompositionNote } from '../composition.ts';
import type { Place } from '../place.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import { type Elements, elementsOf, placesOf } from './elements.ts';
import type { Finding } from './report.ts';
import { rules } from './rules.ts';

/** What composition says: an error fails the check, a hint is worth a look. */
export const compositionFindings = (
  notes: readonly CompositionNote[],
  sources: readonly SubgraphSource[],
): Finding[] =>
  notes
    .filter(({ code }) => !expectedHints.has(code))
    .map(({ severity, code, message, places }) => ({
      check: 'compose',
      severity: severity === 'error' || losesMark({ code, message }) ? 'error' : 'warning',
      rule: code,
      message,
      places: places.length > 0 ? places : placesInWords(message, sources),
    }));

/**
 * Of two marks of one element composition keeps one, which may be the more open: what a subgraph
 * calls private would be kept for all.
 */
const losesMark = ({ code, message }: Pick<CompositionNote, 'code' | 'message'>): boolean =>
  code === 'INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS' && message.includes('@cacheControl ');

/**
 * Composition says of every field moved by @override that it can be removed where it came from.
 * That is the second step, which has to wait until every gateway has the new supergraph;
 * FIELD_OVERRIDDEN tells that.
 */
const expectedHints = new Set([
  'OVERRIDDEN_FIELD_CAN_BE_REMOVED',
  'OVERRIDE_DIRECTIVE_CAN_BE_REMOVED',
]);

/** Some notes have no place, but quote what they are about. */
function placesInWords(message: string, sources: readonly SubgraphSource[]): Place[] {
  const elements = elementsOf(sources);
  const quoted = [...message.matchAll(/"(\w+(?:\.\w+)?)(?:\([^"]*)?"/g)].map(
    ([, name = '']) => name,
  );
  const named = quoted.find((name) => elements.has(name));
  return named ? placesOf(elements, named) : [];
}

/**
 * Whether this project's gateway serves what was composed: it supports less than composition does.
 */
export async function servableFindings(
  supergraph: DocumentNode,
  elements: Elements,
  assertServable: (supergraph: DocumentNode) => Promise<void>,
): Promise<Finding[]> {
  try {
    await assertServable(supergraph);
    return [];
  } catch (error) {
    const { message } = error as Error;
    return [
      {
        check: 'compose',
        severity: 'error',
        rule: 'unservable',
        message: `The gateway refuses this supergraph: ${message}`,
        advice: rules.unservable?.mend ?? '',
        places: placesOfFeature(message, elements),
      },
    ];
  }
}

/**
 * The gateway names the feature (`https://specs.apollo.dev/authenticated/v0.1`); where its
 * directive stands is the place.
 */
function placesOfFeature(message: string, elements: Elements): Place[] {
  const [, feature] = /specs\.apollo\.dev\/(\w+)\//.exec(message) ?? [];
  return [...elements.values()]
    .flat()
    .filter(({ directives }) => directives.some(({ name }) => name.value === feature))
    .map(({ place }) => place);
}
