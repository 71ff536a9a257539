import type { Admitted } from '../admission/admit.ts';

/**
 * Subscriptions with the same key get the same results: the same operation, with the same variables
 * and rights.
 */
export const sharingKey = ({ operation, caller }: Pick<Admitted, 'operation' | 'caller'>): string =>
  JSON.stringify([
    operation.query,
    operation.operationName ?? null,
    sorted(operation.variables),
    caller,
  ]);

/** The order of keys makes no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // Entries, and not an object: a key `__proto__` must count too.
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}
