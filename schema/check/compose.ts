import type { CompositionNote } from '../composition.ts';
import type { Finding } from './report.ts';

/** What composition says: an error fails the check, a hint is worth a look. */
export const compositionFindings = (notes: readonly CompositionNote[]): Finding[] =>
  notes.map(({ severity, code, message, places }) => ({
    check: 'compose',
    severity: severity === 'error' ? 'error' : 'warning',
    rule: code,
    message,
    places,
  }));
