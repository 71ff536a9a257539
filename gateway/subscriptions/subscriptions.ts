import { OperationTypeNode } from 'graphql';
import type { Registry } from 'prom-client';
import type { CallerSigner } from '../../runtime/caller.ts';
import { clientError } from '../../runtime/errors.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Tracer } from '../../runtime/tracing/span.ts';
import type { Admitted } from '../admission/admit.ts';
import { concurrencyLimit } from '../admission/concurrency-limit.ts';
import type { Work } from '../admission/new-operations.ts';
import type { RefusalOf } from '../admission/refusal.ts';
import type { PlanningThread } from '../execution/planning-thread.ts';
import type { Preparation } from '../execution/prepared-operation.ts';
import type { Reads } from '../execution/reads.ts';
import type { GatewaySettings } from '../settings.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';
import { entityBatches } from './entity-batches.ts';
import {
  type LiveSubscription,
  type LiveSubscriptionNeeds,
  openLiveSubscription,
} from './live-subscription.ts';
import type { Results } from './results.ts';
import { runAtMost } from './run-at-most.ts';
import { sharingKey } from './sharing-key.ts';
import { subscriptionMetrics, type Transport } from './subscription-metrics.ts';
import {
  type PlannedSubscription,
  type PlanSubscription,
  subscriptionPlanner,
} from './subscription-plan.ts';
import { openUpstreams } from './upstreams.ts';

export type Subscriptions = {
  /** Subscribes a client. @throws GraphQL errors */
  open(admitted: Admitted, transport: Transport): Results;
  /** What plans a subscription before it is opened; undefined where that has been done. */
  unplanned(admitted: Admitted): Work | undefined;
  /** Takes a new schema over. Subscriptions go on, or end when the schema no longer has them. */
  useSchema(preparation: Preparation): void;
  stop: Stop;
};

export type SubscriptionsNeeds = {
  subgraph: (name: string) => Subgraph;
  sign: CallerSigner;
  /** Is told of every event before anybody gets it. */
  onChange: Reads['changed'];
  refusalOf: RefusalOf;
  /**
   * Checks an admitted subscription on the schema served now, for which it is planned anew.
   * @throws GraphQL errors
   */
  recheck(admitted: Admitted): Admitted;
  /** Plans large ones before they are opened; without it all are planned here. */
  planInThread?: PlanningThread['plan'];
  settings: GatewaySettings;
  metrics: Registry;
  tracer: Tracer | undefined;
};

/** Events answered at once. Their requests must leave room for those of queries. */
const maxRunning = 256;
/**
 * First events among them. When all clients come back at once, the events of those who have stayed
 * do not wait for the present of those who come.
 */
const maxFirstRunning = 64;

export function openSubscriptions(needs: SubscriptionsNeeds): Subscriptions {
  const { subgraph, sign, settings } = needs;
  const metrics = subscriptionMetrics(needs.metrics);
  const upstreams = openUpstreams(subgraph, sign);
  const live = new Map<string, LiveSubscription>();
  const perUser = concurrencyLimit(settings.SUBSCRIPTIONS_PER_USER);
  const askEntities = entityBatches((name, body, { caller, until, span }) =>
    subgraph(name).ask({ body, kind: OperationTypeNode.QUERY, caller, until, span }),
  );
  const ofEach: LiveSubscriptionNeeds = {
    subgraph,
    sign,
    upstreams,
    askEntities,
    metrics,
    runInTurn: runAtMost(maxRunning),
    runFirstInTurn: runAtMost(maxFirstRunning),
    onChange: needs.onChange,
    refusalOf: needs.refusalOf,
    recheck: needs.recheck,
    maxUnsent: settings.SUBSCRIPTION_MAX_UNSENT,
    timeoutMs: settings.OPERATION_TIMEOUT,
    tracer: needs.tracer,
  };
  let plan: PlanSubscription | undefined;

  const liveOf = (admitted: Admitted, planned: PlannedSubscription): LiveSubscription => {
    const key = sharingKey(admitted);
    const known = live.get(key);
    if (known) return known;
    const onEmpty = () => {
      if (live.get(key) === opened) live.delete(key);
      metrics.shared.set(live.size);
    };
    const opened = openLiveSubscription(ofEach, { admitted, planned, onEmpty });
    live.set(key, opened);
    metrics.shared.set(live.size);
    return opened;
  };
  const takePlace = (user: string | undefined): (() => void) => {
    const release = user === undefined ? () => {} : perUser.take(user);
    if (release) return release;
    const most = `At most ${settings.SUBSCRIPTIONS_PER_USER} subscriptions may be open for one user.`;
    throw clientError('TOO_MANY_SUBSCRIPTIONS', most);
  };

  return {
    open(admitted, transport) {
      if (!plan) throw clientError('SERVICE_UNAVAILABLE', 'The gateway is starting. Try again.');
      const planned = plan(admitted);
      const release = takePlace(admitted.identity?.userId);
      return metrics.counted(liveOf(admitted, planned).join(), transport, release);
    },
    unplanned: (admitted) => plan?.unplanned(admitted),
    useSchema(preparation) {
      plan = subscriptionPlanner(preparation, subgraph, needs.planInThread);
      for (const subscription of [...live.values()]) subscription.replan(plan);
    },
    async stop() {
      for (const subscription of [...live.values()]) subscription.end();
      await upstreams.stop();
    },
  };
}
