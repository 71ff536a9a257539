import { setMaxListeners } from 'node:events';
import type { ExecutionResult } from 'graphql';
import type { CallerSigner } from '../../runtime/caller.ts';
import { asGraphqlError, clientError, isClientCode } from '../../runtime/errors.ts';
import { withLogFields } from '../../runtime/log.ts';
import type { Admitted } from '../admission/admit.ts';
import type { RefusalOf } from '../admission/refusal.ts';
import type { Send } from '../execution/plan-steps.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';
import type { AskEntities } from './entity-batches.ts';
import type { RunAtMost } from './run-at-most.ts';
import {
  type EndReason,
  openSharedSubscription,
  type SharedSubscription,
} from './shared-subscription.ts';
import type { SubscriptionMetrics } from './subscription-metrics.ts';
import type { PlannedSubscription, PlanSubscription, RunBy } from './subscription-plan.ts';
import type { UpstreamSink } from './upstream.ts';
import type { Upstreams } from './upstreams.ts';

/** A shared subscription with its plan. */
export type LiveSubscription = SharedSubscription & {
  /** Takes a new schema over. It goes on, opens anew, or ends when the schema no longer has it. */
  replan(plan: PlanSubscription): void;
};

export type LiveSubscriptionNeeds = {
  subgraph: (name: string) => Subgraph;
  askEntities: AskEntities;
  /** Bounds how many events are answered at once, of all subscriptions. */
  runInTurn: RunAtMost;
  upstreams: Upstreams;
  sign: CallerSigner;
  metrics: SubscriptionMetrics;
  refusalOf: RefusalOf;
  /** Checks an admitted subscription on the schema served now. @throws GraphQL errors */
  recheck(admitted: Admitted): void;
  maxUnsent: number;
  /** How long the answer to an event may take. */
  timeoutMs: number;
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
  const { caller, operation } = admitted;
  // What runs for an event is given up when the last client has left.
  const gone = new AbortController();
  // Many events may run at once, each with several requests.
  setMaxListeners(0, gone.signal);
  const rights = JSON.stringify(caller);
  const by = (): RunBy => {
    const until = { deadline: performance.now() + needs.timeoutMs, signal: gone.signal };
    const send: Send = (name, body, kind, entities) =>
      entities
        ? needs.askEntities(name, entities, { caller, until, rights })
        : needs.subgraph(name).ask({ body, kind, caller, until });
    return { caller, until, send };
  };
  let plan = planned;
  let address = upstreams.addressOf(plan.primary.serviceName);
  const run = async (event: ExecutionResult): Promise<ExecutionResult> => {
    metrics.events.inc();
    try {
      const result = await needs.runInTurn(() =>
        withLogFields({}, () => plan.run(event, operation.variables, by())),
      );
      return result.errors ? { ...result, ...refusalOf(result.errors).result } : result;
    } catch (error) {
      return refusalOf(error).result;
    }
  };
  const shared = openSharedSubscription({
    maxUnsent: needs.maxUnsent,
    open: (seen, sink) => openAtSubgraph(needs, admitted, plan, seen, sink),
    run,
    lastResult(why) {
      const error = lastError(why, plan.primary.serviceName);
      return error === undefined ? undefined : refusalOf(error).result;
    },
    isFinal: (errors) => errors.some(isFinal),
    onEmpty() {
      gone.abort();
      onEmpty();
    },
    onReplaced: () => metrics.replaced.inc(),
  });
  return {
    ...shared,
    replan(planAnew) {
      try {
        needs.recheck(admitted);
        const [textBefore, addressBefore] = [plan.primary.operation, address];
        plan = planAnew(admitted);
        address = upstreams.addressOf(plan.primary.serviceName);
        if (plan.primary.operation !== textBefore || address !== addressBefore) shared.reopen();
      } catch (errors) {
        shared.end(refusalOf(errors).result);
      }
    },
  };
}

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
    leave = upstreams.of(serviceName).subscribe(request, sink);
  };
  subscribe().catch((error) => sink.end({ lost: error }));
  return () => {
    left = true;
    leave();
  };
}

/** The client must change something first. A service that is away or at fault may be well the next time. */
const isFinal = (error: unknown): boolean => {
  const { code } = asGraphqlError(error).extensions;
  return isClientCode(code) && code !== 'SERVICE_UNAVAILABLE';
};

const unavailable = (message: string) => clientError('SERVICE_UNAVAILABLE', message);

/** What clients get last; nothing when the subgraph completes the subscription. */
function lastError(why: EndReason, service: string): unknown {
  switch (why.because) {
    case 'completed':
      return undefined;
    case 'refused':
      return why.errors;
    case 'unavailable':
      return unavailable(`The ${service} service does not answer at present. Try again.`);
    case 'events missed':
      return unavailable(
        `The connection to the ${service} service was lost, and events with it. Subscribe again.`,
      );
    case 'client too slow':
      return unavailable('More events came than you have taken. Subscribe again.');
    case 'too many events':
      return unavailable('More events came than can be answered. Subscribe again.');
  }
}
