import type { KnownNames } from '../records/operation-metrics.ts';
import type { GatewaySettings } from '../settings.ts';
import { safelist } from './safelist.ts';

const other = 'other';
/** A client that does not say who it is. */
const unknown = 'unknown';

/**
 * The names of the registered operations, also where others may be sent; of the clients that have
 * registered releases; and of those that the settings name.
 */
export function knownNames(settings: GatewaySettings): KnownNames {
  const registered = registeredIn(settings);
  const named = new Set([...settings.KNOWN_CLIENTS, unknown]);
  return {
    operation: (name) => (name !== undefined && registered?.hasName(name) ? name : other),
    client: (name) => (named.has(name) || registered?.hasClient(name) ? name : other),
  };
}

function registeredIn(settings: GatewaySettings) {
  const { PERSISTED_OPERATIONS_FILE: file, PERSISTED_OPERATIONS_RELEASES: releases } = settings;
  try {
    return safelist({ file, releases });
  } catch {
    // Where the file must be there, admission says so.
    return undefined;
  }
}
