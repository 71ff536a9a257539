import type { UpstreamEnd } from './upstream.ts';

/** How a shared subscription fares with its subgraph. */
export type UpstreamProgress = {
  /** Tries in a row that failed. */
  failures: number;
  /** It has worked once, so that trying again is worth it however long it takes. */
  proven: boolean;
};

export type EndedUpstream = {
  how: UpstreamEnd;
  /** The subgraph had taken the subscription, so that events may have been missed since. */
  opened: boolean;
  /** The subgraph tells what was missed: its events have positions. */
  resumable: boolean;
  /** It was open for a while: the subgraph is well. */
  lasted: boolean;
  /** It has brought an event, this time or before. */
  brought: boolean;
};

export type NextStep =
  | { step: 'reopen'; progress: UpstreamProgress }
  | { step: 'end'; because: 'completed' | 'unavailable' | 'events missed' }
  | { step: 'end'; because: 'refused'; errors: readonly unknown[] };

/** A subscription that never worked gives up after so many tries, some seconds in all. */
const maxFirstTries = 5;

export const noProgress: UpstreamProgress = { failures: 0, proven: false };

/**
 * What to do after a subscription at a subgraph has ended. It opens again only when nothing is
 * missed by it: before the subgraph had taken it, or when the subgraph tells what was missed.
 * @param isFinal whether the client must change something before it tries again
 */
export function afterEnd(
  progress: UpstreamProgress,
  { how, opened, resumable, lasted, brought }: EndedUpstream,
  isFinal: (errors: readonly unknown[]) => boolean,
): NextStep {
  if ('completed' in how) return { step: 'end', because: 'completed' };
  if ('refused' in how && (!resumable || isFinal(how.refused)))
    return { step: 'end', because: 'refused', errors: how.refused };
  if (opened && !resumable) return { step: 'end', because: 'events missed' };
  if ('replanned' in how) return { step: 'reopen', progress };
  const proven = progress.proven || lasted || brought;
  const failures = lasted ? 1 : progress.failures + 1;
  if (!proven && failures >= maxFirstTries) return { step: 'end', because: 'unavailable' };
  return { step: 'reopen', progress: { failures, proven } };
}
