import type { ExecutionResult } from 'graphql';
import { type Audience, audience, type Client, type Delivery } from './audience.ts';
import type { NextStep } from './catch-up.ts';
import {
  type CurrentState,
  emptyState,
  noteCurrent,
  noteVersion,
  thingOf,
} from './current-state.ts';
import { keepOpen } from './keep-open.ts';
import { type OrderedWork, orderedWork } from './ordered-work.ts';
import type { Results } from './results.ts';
import type { UpstreamEvent, UpstreamSink } from './upstream.ts';

/**
 * One subscription at a subgraph, for all clients that subscribe to the same with the same rights.
 */
export type SharedSubscription = {
  /** The current state, where the subgraph gives positions, then every later event. */
  join(): Results;
  /** Opens anew at the subgraph, from what has come; for when the plan is another. */
  reopen(): void;
  /** Ends it for all clients. */
  end(last?: ExecutionResult): void;
};

export type SharedSubscriptionNeeds = {
  /**
   * Opens the subscription at its subgraph.
   * @param seen the versions that have come
   * @returns leaves it
   */
  open(seen: Record<string, number>, sink: UpstreamSink): () => void;
  /** Answers an event, once for all clients. Must not reject. */
  run(event: UpstreamEvent): Promise<ExecutionResult>;
  isFinal(errors: readonly unknown[]): boolean;
  /** What clients get last when it ends without their doing. */
  lastResult(why: EndReason): ExecutionResult | undefined;
  /** The last client has left; the subscription is closed. */
  onEmpty(): void;
  onReplaced(): void;
  /** How many results may wait for a slow client. */
  maxUnsent: number;
};

export type EndReason =
  | Extract<NextStep, { step: 'end' }>
  /** A client does not take its results, or the gateway cannot answer as many events. */
  | { because: 'client too slow' | 'too many events' };

/** What is done in order: answer an event, bring newcomers up to date, end. */
type Work =
  | { kind: 'event'; event: UpstreamEvent }
  | { kind: 'join'; clients: Client[] }
  | { kind: 'end'; why: EndReason };

const maxRunning = 32;
const maxWaiting = 5_000;

export function openSharedSubscription(needs: SharedSubscriptionNeeds): SharedSubscription {
  const { maxUnsent, onReplaced, lastResult } = needs;
  const state = emptyState();
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    upstream.close();
    needs.onEmpty();
  };
  const tooSlow = () => lastResult({ because: 'client too slow' }) ?? {};
  const clients = audience({ maxUnsent, onReplaced, tooSlow, onEmpty: close });
  const work = workFor(clients, state, needs);
  const upstream = keepOpen({
    open: (sink) => needs.open(Object.fromEntries(state.versions), sink),
    onEvent(event) {
      if (!closed && noteVersion(state, event)) work.push({ kind: 'event', event });
    },
    hasPositions: () => state.versions.size > 0,
    isFinal: needs.isFinal,
    onEnd: (why) => work.push({ kind: 'end', why }),
  });
  const join = () => {
    const { client, results } = clients.add();
    const last = work.lastWaiting();
    if (last?.kind === 'join') last.clients.push(client);
    else work.push({ kind: 'join', clients: [client] });
    return results;
  };
  return { join, reopen: upstream.reopen, end: clients.end };
}

/** The work of a shared subscription: what is answered is delivered to its clients. */
function workFor(
  clients: Audience,
  state: CurrentState,
  needs: SharedSubscriptionNeeds,
): OrderedWork<Work> {
  const { onReplaced, lastResult } = needs;
  return orderedWork<Work, Delivery[]>({
    maxRunning,
    maxWaiting,
    keyOf: (item) => (item.kind === 'event' ? thingOf(item.event) : undefined),
    // One join at a time: clients that come meanwhile share the next one.
    mayStart: ({ kind }, running) =>
      kind !== 'join' || running.every((other) => other.kind !== kind),
    run: answerer(state, needs),
    deliver(item, deliveries) {
      if (item.kind === 'event') clients.deliver(deliveries);
      else if (item.kind === 'end') clients.end(lastResult(item.why));
      else {
        clients.deliver(deliveries, item.clients);
        clients.join(item.clients);
      }
    },
    onReplaced,
    onOverflow: () => clients.end(lastResult({ because: 'too many events' })),
  });
}

/**
 * Answers what is to be done: an event as it came, newcomers by the current state, answered anew.
 */
const answerer = (state: CurrentState, { run, maxUnsent }: SharedSubscriptionNeeds) => {
  const answer = async (event: UpstreamEvent): Promise<Delivery> => ({
    thing: thingOf(event),
    result: await run(event),
  });
  return async (item: Work): Promise<Delivery[]> => {
    if (item.kind === 'end') return [];
    if (item.kind === 'event') {
      noteCurrent(state, item.event);
      return [await answer(item.event)];
    }
    // More than may wait would end a client that has had no time to take any.
    return Promise.all([...state.events.values()].slice(-maxUnsent).map(answer));
  };
};
