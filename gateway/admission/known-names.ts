import type { KnownNames } from '../records/operation-metrics.ts';
import type { GatewaySettings } from '../settings.ts';
import type { Safelist } from './safelist.ts';

const other = 'other';
/** A client that does not say who it is. */
const unknown = 'unknown';

/**
 * The names of the registered operations, also where others may be sent; of the clients that have
 * registered releases; and of those that the settings name.
 */
export function knownNames(
  { KNOWN_CLIENTS }: Pick<GatewaySettings, 'KNOWN_CLIENTS'>,
  registered: Safelist | undefined,
): KnownNames {
  const named = new Set([...KNOWN_CLIENTS, unknown]);
  return {
    operation: (name) => (name !== undefined && registered?.hasName(name) ? name : other),
    client: (name) => (named.has(name) || registered?.hasClient(name) ? name : other),
  };
}
