import { z } from 'zod';

/** One operation of a manifest: what its id stands for. */
export type ManifestEntry = { id: string; body: string };

/**
 * The format that `@apollo/generate-persisted-query-manifest` and `npm run schema:manifest` write.
 */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
});

/** The format that `relay-compiler` writes: texts by their ids. */
const relayManifest = z.record(z.string(), z.string());

/**
 * Reads a manifest of persisted operations, Apollo's or Relay's.
 * @throws Error where the text is neither
 */
export function manifestEntries(text: string): ManifestEntry[] {
  const manifest: unknown = JSON.parse(text);
  const apollo = apolloManifest.safeParse(manifest);
  if (apollo.success) return apollo.data.operations;
  const relay = relayManifest.safeParse(manifest);
  if (relay.success) return Object.entries(relay.data).map(([id, body]) => ({ id, body }));
  throw new Error(
    "it is neither Apollo's manifest of persisted queries nor Relay's persisted.json",
  );
}
