/**
 * The database did not answer, or not in time: an outage, and no fault of the request. Which errors
 * these are, by the driver's names; the gateway has no driver.
 */
const awayNames = new Set([
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoServerClosedError',
  'MongoStalePrimaryError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
]);

/**
 * What a client is told by the label that the driver gives an error. The first that an error has
 * counts.
 */
const adviceByLabel = {
  UnknownTransactionCommitResult:
    'Whether it was done is not known. Ask again with the same idempotency key.',
  TransientTransactionError: 'Nothing was changed. Try again in a moment.',
  RetryableWriteError: 'Whether it was done is not known. It is safe to ask again.',
} as const;

type Labelled = Error & { hasErrorLabel?: (label: string) => boolean };

const labelOf = (error: Labelled) =>
  (Object.keys(adviceByLabel) as (keyof typeof adviceByLabel)[]).find((label) =>
    error.hasErrorLabel?.(label),
  );

/**
 * What to tell a client whose request failed because the database was away or busy; undefined if
 * that was not the reason.
 */
export function databaseAway(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const label = labelOf(error);
  if (label) return adviceByLabel[label];
  return awayNames.has(error.name) ? adviceByLabel.RetryableWriteError : undefined;
}
