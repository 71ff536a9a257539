/** Which release of which client sends an operation, as it says of itself. */
export type Client = { name: string; version: string };

const maxLength = 64;

/**
 * Reads who sends a request from the headers that Apollo Client sets, or from the same names in a
 * socket's
 * `connectionParams`. What a client says is cut to a length and to characters that a file and a
 * report can hold.
 */
export function clientOf(...said: readonly unknown[]): Client {
  if (!said.some(saysWho)) return unknownClient;
  const read = (name: string): string => {
    const [value] = said.flatMap((from) => (isRecord(from) ? [from[name]] : [])).filter(isText);
    return (value ?? '').replaceAll(/[^\w.+-]/g, '').slice(0, maxLength);
  };
  return {
    name: read('apollographql-client-name') || 'unknown',
    version: read('apollographql-client-version') || 'unknown',
  };
}

const unknownClient: Client = { name: 'unknown', version: 'unknown' };

/** Most clients that are no browser say nothing. */
const saysWho = (from: unknown): boolean =>
  isRecord(from) &&
  (from['apollographql-client-name'] !== undefined ||
    from['apollographql-client-version'] !== undefined);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
