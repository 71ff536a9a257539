/** What a MongoDB says of itself in its answer to `hello`. */
export type Hello = { setName?: string; msg?: string; maxWireVersion?: number };

/** MongoDB 6.0. Older ones have no change streams as we read them, and are out of support. */
const oldestWireVersion = 17;

/** Why we can't run on a database, and what to do; undefined if we can. */
export function whyUnsupported({ setName, msg, maxWireVersion }: Hello): string | undefined {
  if (!setName && msg !== 'isdbgrid')
    return (
      'MONGODB_URI names a single server, which has no transactions and no change streams. ' +
      'Start it with --replSet; one member is enough.'
    );
  if (maxWireVersion !== undefined && maxWireVersion < oldestWireVersion)
    return 'MONGODB_URI names a server that is older than MongoDB 6.0. Upgrade it first.';
  return undefined;
}
