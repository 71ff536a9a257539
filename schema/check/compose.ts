import type { CompositionNote, Place } from '../composition.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import { elementsOf, placesOf } from './elements.ts';
import type { Finding } from './report.ts';

/** What composition says: an error fails the check, a hint is worth a look. */
export const compositionFindings = (
  notes: readonly CompositionNote[],
  sources: readonly SubgraphSource[],
): Finding[] =>
  notes.map(({ severity, code, message, places }) => ({
    check: 'compose',
    severity: severity === 'error' ? 'error' : 'warning',
    rule: code,
    message,
    places: places.length > 0 ? places : placesInWords(message, sources),
  }));

/** That a field cannot be reached is told without a place, but its name is quoted. */
function placesInWords(message: string, sources: readonly SubgraphSource[]): Place[] {
  const [, coordinate] = /field "(\w+\.\w+)/.exec(message) ?? [];
  return coordinate ? placesOf(elementsOf(sources), coordinate) : [];
}
