import { backoff } from '../../runtime/backoff.ts';
import { afterEnd, type NextStep, noProgress } from './catch-up.ts';
import type { UpstreamEnd, UpstreamEvent, UpstreamSink } from './upstream.ts';

/** A subscription that was open for so long starts anew: its earlier failures do not count. */
const lastsAfterMs = 1_000;

export type KeptOpenNeeds = {
  /** Opens the subscription at its subgraph. @returns leaves it */
  open(sink: UpstreamSink): () => void;
  onEvent(event: UpstreamEvent): void;
  /** The events that have come have positions. */
  hasPositions(): boolean;
  isFinal(errors: readonly unknown[]): boolean;
  onEnd(why: Extract<NextStep, { step: 'end' }>): void;
};

export type KeptOpen = {
  /** Leaves the subgraph and opens anew, as when the plan is another. */
  reopen(): void;
  close(): void;
};

/** Keeps a subscription at a subgraph open, as long as nothing is missed by opening it again. */
export function keepOpen(needs: KeptOpenNeeds): KeptOpen {
  let isClosed = false;
  /** Ends the wait before the next try. */
  let waiting: AbortController | undefined;
  let current: { end(how: UpstreamEnd): void; leave(): void } | undefined;

  const openOnce = () => {
    /** When the subgraph had taken it. */
    let opened: number | undefined;
    let resumable = false;
    let brought = needs.hasPositions();
    let isEnded = false;
    return new Promise<UpstreamEnd>((resolve) => {
      const end = (how: UpstreamEnd) => {
        isEnded = true;
        resolve(how);
      };
      const leave = needs.open({
        onOpen(subgraphResumes) {
          opened = Date.now();
          resumable = subgraphResumes;
        },
        next(event) {
          // Nothing comes after the end, whatever is sent.
          if (isEnded) return;
          resumable ||= needs.hasPositions();
          // An answer without data is a refusal. A subgraph that cannot resume says by itself when
          // it ends.
          if (event.data === undefined && resumable) end({ refused: event.errors ?? [] });
          else {
            brought = true;
            needs.onEvent(event);
          }
        },
        end,
      });
      current = { end: resolve, leave };
    }).then((how) => {
      current?.leave();
      resumable ||= needs.hasPositions();
      // A connection that could not be opened for a while was not open.
      const lasted = opened !== undefined && Date.now() - opened > lastsAfterMs;
      return { how, opened: opened !== undefined, resumable, lasted, brought };
    });
  };

  const follow = async () => {
    for (let progress = noProgress; !isClosed; ) {
      const ended = await openOnce();
      if (isClosed) return;
      const next = afterEnd(progress, ended, needs.isFinal);
      if (next.step === 'end') return needs.onEnd(next);
      progress = next.progress;
      if ('replanned' in ended.how) continue;
      waiting = new AbortController();
      await backoff(progress.failures, waiting.signal);
    }
  };
  void follow();
  return {
    reopen: () => current?.end({ replanned: true }),
    close() {
      isClosed = true;
      waiting?.abort();
      current?.leave();
    },
  };
}
