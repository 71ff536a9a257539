import type { GraphQLFormattedError } from 'graphql';
import type { CallerSigner } from '../../runtime/caller.ts';
import { clientGone } from '../../runtime/gone.ts';
import type { Admitted } from '../admission/admit.ts';
import { isFinal, lastError } from './end-reasons.ts';
import { type EventAnswererNeeds, eventAnswerer } from './event-answerer.ts';
import { openSharedSubscription, type SharedSubscription } from './shared-subscription.ts';
import type { SubscriptionMetrics } from './subscription-metrics.ts';
import type { PlannedSubscription, PlanSubscription } from './subscription-plan.ts';
import type { UpstreamEvent, UpstreamSink } from './upstream.ts';
import type { Upstreams } from './upstreams.ts';

/** A shared subscription with its plan. */
export type LiveSubscription = SharedSubscription & {
  /** Takes a new schema over. It goes on, opens anew, or ends when the schema no longer has it. */
  replan(plan: PlanSubscription): void;
};

export type LiveSubscriptionNeeds = EventAnswererNeeds & {
  upstreams: Upstreams;
  sign: CallerSigner;
  metrics: SubscriptionMetrics;
  /**
   * Checks an admitted subscription on the schema served now, for which it is planned anew.
   * @throws GraphQL errors
   */
  recheck(admitted: Admitted): Admitted;
  maxUnsent: number;
};

export function openLiveSubscription(
  needs: LiveSubscriptionNeeds,
  {
    admitted,
    planned,
    onEmpty,
  }: { admitted: Admitted; planned: PlannedSubscription; onEmpty(): void },
): LiveSubscription {
  const { metrics, refusalOf, upstreams } = needs;
  // What runs for an event is given up when the last client has left.
  const gone = clientGone();
  const answer = eventAnswerer(needs, admitted, gone);
  /** A plan that asks the same takes the other's place in it, whose supergraph is then let go. */
  let current = { plan: planned };
  let address = upstreams.addressOf(planned.primary.serviceName);
  /** By which plan each event was asked for: it has what that one needs, and perhaps no more. */
  const openedBy = new WeakMap<UpstreamEvent, typeof current>();
  const planFor = (event: UpstreamEvent): PlannedSubscription => {
    const opened = openedBy.get(event)?.plan;
    return opened && !asksAlike(opened, current.plan) ? opened : current.plan;
  };
  const shared = openSharedSubscription({
    maxUnsent: needs.maxUnsent,
    open: (seen, sink) => {
      const opened = current;
      const next: UpstreamSink['next'] = (event) => {
        openedBy.set(event, opened);
        sink.next(event);
      };
      return openAtSubgraph(needs, admitted, opened.plan, seen, { ...sink, next });
    },
    run: (event) => answer(planFor(event), event),
    lastResult(why) {
      const error = lastError(why, current.plan.primary.serviceName);
      return error === undefined ? undefined : refusalOf(error).result;
    },
    isFinal: (errors) => errors.some(isFinal),
    onEmpty() {
      gone.leave();
      onEmpty();
    },
    onReplaced: () => metrics.replaced.inc(),
  });
  return {
    ...shared,
    replan(planAnew) {
      try {
        const plan = planAnew(needs.recheck(admitted));
        const addressBefore = address;
        address = upstreams.addressOf(plan.primary.serviceName);
        const isAlike = asksAlike(plan, current.plan);
        if (isAlike) current.plan = plan;
        else current = { plan };
        if (!isAlike || address !== addressBefore) shared.reopen();
      } catch (errors) {
        shared.end(refusalOf(errors).result);
      }
    },
  };
}

const asksAlike = (one: PlannedSubscription, other: PlannedSubscription): boolean =>
  one.primary.operation === other.primary.operation;

/** Subscribes at the subgraph of the first fetch, for the caller. @returns leaves */
function openAtSubgraph(
  { upstreams, sign }: LiveSubscriptionNeeds,
  { caller, operation }: Admitted,
  { primary }: PlannedSubscription,
  seen: Record<string, number>,
  sink: UpstreamSink,
): () => void {
  const { serviceName, operation: query, operationName, variableUsages = [] } = primary;
  const given = variableUsages.filter((name) => Object.hasOwn(operation.variables, name));
  const variables = Object.fromEntries(given.map((name) => [name, operation.variables[name]]));
  let leave = () => {};
  let left = false;
  const subscribe = async () => {
    const authorization = await sign(caller);
    if (left) return;
    const request = { query, operationName, variables, extensions: { authorization, seen } };
    leave = upstreams.of(serviceName).subscribe(request, believing(caller, sink));
  };
  subscribe().catch((error) => sink.end({ lost: error }));
  return () => {
    left = true;
    leave();
  };
}

/**
 * Of who has signed in, a subgraph that wants a signature does not believe ours: that is no fault of
 * the user's token.
 */
function believing({ userId }: Admitted['caller'], sink: UpstreamSink): UpstreamSink {
  const isUnbelieved = (errors: unknown) =>
    userId !== undefined && Array.isArray(errors) && errors.some(isUnauthenticated);
  return {
    ...sink,
    next(event) {
      if (event?.data === undefined && isUnbelieved(event?.errors))
        sink.end({ lost: event.errors });
      else sink.next(event);
    },
    end(how) {
      sink.end('refused' in how && isUnbelieved(how.refused) ? { lost: how.refused } : how);
    },
  };
}

const isUnauthenticated = (error: Partial<GraphQLFormattedError> | null): boolean =>
  error?.extensions?.code === 'UNAUTHENTICATED';
