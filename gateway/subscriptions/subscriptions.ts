import type { ExecutionResult } from 'graphql';
import type { Registry } from 'prom-client';
import type { CallerSigner } from '../../runtime/caller.ts';
import { asGraphqlError, clientError, formatFault, isClientCode } from '../../runtime/errors.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import { type Log, withLogFields } from '../../runtime/log.ts';
import { callerOf, type Identity } from '../admission/identity.ts';
import type { Preparation } from '../execution/prepared-operation.ts';
import type { GatewaySettings } from '../settings.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';
import {
  type AskedSubscription,
  type PlannedSubscription,
  type SubscriptionPlanner,
  subscriptionPlanner,
} from './plan.ts';
import { type Feed, openFeed } from './shared-subscription.ts';
import {
  counted,
  type Results,
  subscriptionMetrics,
  type Transport,
} from './subscription-metrics.ts';
import { openUpstream, type Upstream } from './upstream.ts';

export type Subscriptions = {
  /**
   * Subscribes a client, together with everybody who asks for the same with the same rights.
   * @throws an array of GraphQL errors where that can't be
   */
  open(asked: AskedSubscription, identity: Identity | undefined, transport: Transport): Results;
  /** Takes over a new schema: what is open is planned anew and goes on, or ends where it is not possible any more. */
  useSchema(preparation: Preparation): void;
  stop: Stop;
};

export type SubscriptionsNeeds = {
  subgraph: (name: string) => Subgraph;
  sign: CallerSigner;
  settings: GatewaySettings;
  metrics: Registry;
  log: Log;
};

type OpenFeed = Feed & { replan(planner: SubscriptionPlanner): void };

export function openSubscriptions(needs: SubscriptionsNeeds): Subscriptions {
  const { subgraph, sign, settings, log } = needs;
  const counts = subscriptionMetrics(needs.metrics);
  const mask = formatFault(log);
  const upstreams = new Map<string, Upstream>();
  const feeds = new Map<string, OpenFeed>();
  const openOfUser = new Map<string, number>();
  let planner: SubscriptionPlanner | undefined;

  const upstream = (name: string): Upstream => {
    const opened =
      upstreams.get(name) ?? openUpstream(subgraph(name).address.subscriptionUrl, sign);
    upstreams.set(name, opened);
    return opened;
  };

  const masked = (errors: readonly unknown[]): ExecutionResult => ({
    errors: errors.map((error) => mask(asGraphqlError(error))),
  });

  const feedOf = (
    asked: AskedSubscription,
    planned: PlannedSubscription,
    identity: Identity | undefined,
  ): OpenFeed => {
    const caller = callerOf(identity);
    const key = JSON.stringify([
      asked.query,
      asked.operationName ?? null,
      sorted(asked.variables),
      caller,
    ]);
    const known = feeds.get(key);
    if (known) return known;
    let plan = planned;
    const feed = openFeed({
      maxUnsent: settings.SUBSCRIPTION_MAX_UNSENT,
      open(seen, sink) {
        const { serviceName, operation, operationName, variableUsages = [] } = plan.primary;
        const variables = Object.fromEntries(
          variableUsages
            .filter((name) => name in asked.variables)
            .map((name) => [name, asked.variables[name]]),
        );
        let leave = () => {};
        let left = false;
        sign(caller).then(
          (authorization) => {
            if (left) return;
            const request = {
              query: operation,
              operationName,
              variables,
              extensions: { authorization, seen },
            };
            leave = upstream(serviceName).subscribe(request, sink);
          },
          (error) => sink.end({ lost: error }),
        );
        return () => {
          left = true;
          leave();
        };
      },
      async run(event) {
        counts.events.inc();
        const result = await withLogFields({}, () =>
          plan.run(event, asked.variables, caller),
        ).catch((error) => ({
          errors: [error],
        }));
        return result.errors ? { ...result, ...masked(result.errors) } : result;
      },
      refusal: masked,
      unavailable: () =>
        masked([
          clientError(
            'SERVICE_UNAVAILABLE',
            `The ${plan.primary.serviceName} service does not answer at present. Try again.`,
          ),
        ]),
      tooSlow: () =>
        masked([
          clientError(
            'SERVICE_UNAVAILABLE',
            'More has changed than you have taken. Subscribe again.',
          ),
        ]),
      isFinal: (errors) => errors.some((error) => isFinal(error)),
      onEmpty() {
        if (feeds.get(key) === opened) feeds.delete(key);
        counts.feeds.set(feeds.size);
      },
      onReplaced: () => counts.replaced.inc(),
    });
    const opened: OpenFeed = {
      ...feed,
      replan(next) {
        try {
          const before = plan.primary;
          plan = next.plan(asked);
          if (
            plan.primary.operation !== before.operation ||
            plan.primary.serviceName !== before.serviceName
          )
            feed.reopen();
        } catch (errors) {
          feed.end(masked(Array.isArray(errors) ? errors : [errors]));
        }
      },
    };
    feeds.set(key, opened);
    counts.feeds.set(feeds.size);
    return opened;
  };

  /** Counts a subscription while it is open, and refuses a user's when it is one too many. */
  const admit = (identity: Identity | undefined, transport: Transport): (() => void) => {
    const user = identity?.userId;
    const open = user === undefined ? 0 : (openOfUser.get(user) ?? 0);
    if (open >= settings.SUBSCRIPTIONS_PER_USER)
      throw [
        clientError(
          'TOO_MANY_SUBSCRIPTIONS',
          `At most ${settings.SUBSCRIPTIONS_PER_USER} subscriptions may be open for one user.`,
        ),
      ];
    if (user !== undefined) openOfUser.set(user, open + 1);
    counts.open.inc({ transport });
    return () => {
      counts.open.dec({ transport });
      if (user === undefined) return;
      const left = (openOfUser.get(user) ?? 1) - 1;
      if (left > 0) openOfUser.set(user, left);
      else openOfUser.delete(user);
    };
  };

  return {
    open(asked, identity, transport) {
      if (!planner)
        throw [clientError('SERVICE_UNAVAILABLE', 'The gateway is starting. Try again.')];
      const planned = planner.plan(asked);
      planned.checkVariables(asked.variables);
      const discharge = admit(identity, transport);
      return counted(feedOf(asked, planned, identity).join(), discharge, () =>
        counts.deliveries.inc({ transport }),
      );
    },
    useSchema(preparation) {
      planner = subscriptionPlanner(preparation, subgraph, settings.QUERY_MAX_TOKENS);
      for (const feed of [...feeds.values()]) feed.replan(planner);
    },
    async stop() {
      for (const feed of [...feeds.values()]) feed.end();
      await Promise.all(Array.from(upstreams.values(), ({ stop }) => stop()));
    },
  };
}

/** Only what the client has to change is final; a service that is away or at fault may be well the next time. */
const isFinal = (error: unknown): boolean => {
  const code = asGraphqlError(error).extensions.code;
  return isClientCode(code) && code !== 'SERVICE_UNAVAILABLE';
};

/** The same variables in whatever order they were sent. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value;
