import type { SchemaChange } from './change.ts';

type Deprecated = { deprecationReason?: string | null | undefined };

/**
 * What changes of an element's deprecation, which every kind of element that can be deprecated has
 * alike.
 */
export function deprecationChanges(old: Deprecated, now: Deprecated, at: string): SchemaChange[] {
  const [before, after] = [old.deprecationReason ?? '', now.deprecationReason ?? ''];
  const note = (rule: string, message: string): SchemaChange[] => [
    { rule, impact: 'safe', at, message, touches: [] },
  ];
  if (before === after) return [];
  if (before === '') return note('DEPRECATION_ADDED', `${at} is now deprecated: ${after}`);
  if (after === '') return note('DEPRECATION_REMOVED', `${at} is no longer deprecated.`);
  return note('DEPRECATION_REASON_CHANGED', `${at} is deprecated for another reason: ${after}`);
}
