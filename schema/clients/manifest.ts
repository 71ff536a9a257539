/** One operation of a release: what its id stands for. */
export type ManifestEntry = { id: string; body: string };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEntry = (value: unknown): value is ManifestEntry =>
  isObject(value) && typeof value.id === 'string' && typeof value.body === 'string';

/**
 * Reads a manifest: Apollo's (`{ format, version, operations: [{ id, body }] }`) or Relay's (`{ id: text }`).
 * @throws Error where the text is neither
 */
export function manifestEntries(text: string): ManifestEntry[] {
  const manifest: unknown = JSON.parse(text);
  if (isObject(manifest) && manifest.format === 'apollo-persisted-query-manifest') {
    const { operations } = manifest;
    if (Array.isArray(operations) && operations.every(isEntry))
      return operations.map(({ id, body }) => ({ id, body }));
  } else if (
    isObject(manifest) &&
    Object.values(manifest).every((body) => typeof body === 'string')
  ) {
    return Object.entries(manifest as Record<string, string>).map(([id, body]) => ({ id, body }));
  }
  throw new Error(
    "it is neither Apollo's manifest of persisted queries nor Relay's persisted.json.",
  );
}
