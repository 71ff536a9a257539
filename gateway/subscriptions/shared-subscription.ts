import type { ExecutionResult } from 'graphql';
import { mapped } from '../../runtime/async-generator.ts';
import { backoff } from '../../runtime/backoff.ts';
import { type NewestWinsQueue, newestWinsQueue } from '../../runtime/newest-wins-queue.ts';
import type { UpstreamEnd, UpstreamEvent } from './upstream.ts';

/** One subscription at a subgraph, and everybody who has asked for just that with just the same rights. */
export type Feed = {
  /** First what is known to be the present, then every later event. Returning from it leaves the feed. */
  join(): AsyncGenerator<ExecutionResult, void, undefined>;
  /** Begins anew at the subgraph, from what was seen; for when the plan is another. */
  reopen(): void;
  /** Ends it for everybody who listens. */
  end(last?: ExecutionResult): void;
};

export type FeedNeeds = {
  /** Opens the subscription at its subgraph. @returns ends it */
  open(
    seen: Record<string, number>,
    sink: { next(event: UpstreamEvent): void; end(how: UpstreamEnd): void },
  ): () => void;
  /** Answers an event: once for all who listen. */
  run(event: UpstreamEvent): Promise<ExecutionResult>;
  /** What a refusal or a loss looks like to a client. */
  refusal(errors: readonly unknown[]): ExecutionResult;
  unavailable(): ExecutionResult;
  /** What a client is told at last for which more things changed than may wait. */
  tooSlow(): ExecutionResult;
  /** Whether trying again would be of no use. */
  isFinal(errors: readonly unknown[]): boolean;
  /** The last listener has left; the feed is closed. */
  onEmpty(): void;
  onReplaced(): void;
  /** How many results may wait for a slow client. */
  maxUnsent: number;
};

type Delivery = { key: string; result: ExecutionResult };
type Listener = NewestWinsQueue<Delivery>;
/** What is to be done, in order: answer an event, or tell those who have joined how things stand. */
type Work = { event: UpstreamEvent } | 'present';

const maxUnansweredEvents = 1_000;
const maxKnownThings = 1_000;
/** A feed that never worked gives up after so many tries, some seconds in all. One that did goes on for ever. */
const maxFirstTries = 5;
const provenAfterMs = 1_000;

const keyOf = (event: UpstreamEvent): string => event.extensions?.change?.key ?? '';

export function openFeed(needs: FeedNeeds): Feed {
  const present = new Map<string, UpstreamEvent>();
  const seen = new Map<string, number>();
  const joining = new Set<Listener>();
  const joined = new Set<Listener>();
  const closing = new AbortController();
  const work = newestWinsQueue<Work>({
    max: maxUnansweredEvents,
    keyOf: (item) => (item === 'present' ? 'present' : `event ${keyOf(item.event)}`),
    onReplaced: needs.onReplaced,
  });
  let leaveUpstream = () => {};

  const onEvent = (event: UpstreamEvent) => {
    const change = event.extensions?.change;
    if (change) {
      if (change.version <= (seen.get(change.key) ?? 0)) return;
      remember(seen, change.key, change.version);
    }
    work.push({ event });
  };

  const deliver = (to: Iterable<Listener>, delivery: Delivery) => {
    for (const listener of to) listener.push(delivery);
  };

  const answer = async (event: UpstreamEvent): Promise<Delivery> => ({
    key: keyOf(event),
    result: await needs.run(event),
  });

  /** One thing after the other, so that nobody sees a later event before an earlier one, or one twice. */
  const doWork = async () => {
    for await (const item of work) {
      if (item === 'present') {
        const newcomers = [...joining];
        // More than may wait would end a newcomer who has had no time to take any.
        const latest = [...present.values()].slice(-needs.maxUnsent);
        for (const delivery of await Promise.all(latest.map(answer))) deliver(newcomers, delivery);
        for (const listener of newcomers) if (joining.delete(listener)) joined.add(listener);
      } else {
        remember(present, keyOf(item.event), item.event);
        deliver(joined, await answer(item.event));
      }
    }
  };

  const close = () => {
    closing.abort();
    leaveUpstream();
    work.end();
    needs.onEmpty();
  };

  const end = (last?: ExecutionResult) => {
    const listeners = [...joining, ...joined];
    if (last) deliver(listeners, { key: 'end', result: last });
    for (const listener of listeners) listener.end();
    if (!closing.signal.aborted) close();
  };

  const once = () =>
    new Promise<UpstreamEnd | 'reopen'>((resolve) => {
      const leave = needs.open(Object.fromEntries(seen), {
        next(event) {
          if (event.data !== null && event.data !== undefined) onEvent(event);
          else
            resolve(
              needs.isFinal(event.errors ?? [])
                ? { refused: event.errors ?? [] }
                : { lost: event.errors },
            );
        },
        end: resolve,
      });
      leaveUpstream = leave;
      reopen = () => {
        resolve('reopen');
        leave();
      };
    });
  let reopen = () => {};

  const follow = async () => {
    let proven = false;
    for (let failures = 0; !closing.signal.aborted; ) {
      const began = Date.now();
      const how = await once();
      // An answer without data ends it for us, whether or not the subgraph goes on.
      leaveUpstream();
      if (closing.signal.aborted) return;
      if (how === 'reopen') continue;
      if ('completed' in how) return end();
      if ('refused' in how) return end(needs.refusal(how.refused));
      const lasted = Date.now() - began > provenAfterMs;
      proven ||= lasted || seen.size > 0;
      failures = lasted ? 1 : failures + 1;
      if (!proven && failures >= maxFirstTries) return end(needs.unavailable());
      await backoff(failures, closing.signal);
    }
  };

  void follow();
  void doWork().catch(() => end(needs.unavailable()));
  return {
    join() {
      const listener: Listener = newestWinsQueue<Delivery>({
        max: needs.maxUnsent,
        keyOf: ({ key }) => key,
        onReplaced: needs.onReplaced,
        onEnd() {
          joining.delete(listener);
          joined.delete(listener);
          if (joining.size + joined.size === 0 && !closing.signal.aborted) close();
        },
      });
      if (present.size === 0) joined.add(listener);
      else {
        joining.add(listener);
        work.push('present');
      }
      return mapped(listener, async ({ result }) => result, needs.tooSlow);
    },
    reopen: () => reopen(),
    end,
  };
}

/** Keeps the newest things, and not more than so many. */
function remember<T>(things: Map<string, T>, key: string, thing: T): void {
  things.delete(key);
  things.set(key, thing);
  if (things.size > maxKnownThings) things.delete(things.keys().next().value as string);
}
