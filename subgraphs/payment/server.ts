import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { bind } from '../../runtime/bind.ts';
import { countRefusals } from '../../runtime/count-refusals.ts';
import { leaseGauge, openWorkGauges, streamGauge } from '../../runtime/database-gauges.ts';
import type { HttpServer } from '../../runtime/http-server.ts';
import { openLease, singleRun } from '../../runtime/lease.ts';
import { startWithStack } from '../../runtime/lifecycle.ts';
import { type Log, withLogFields } from '../../runtime/log.ts';
import type { Database } from '../../runtime/mongo.ts';
import { openPort } from '../../runtime/open-port.ts';
import { retryTimes } from '../../runtime/retry-times.ts';
import { serviceClient } from '../../runtime/service-client.ts';
import { openServiceDatabase } from '../../runtime/service-database.ts';
import { defineService } from '../../runtime/service-process.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import { type Tracer, traced } from '../../runtime/tracing/span.ts';
import { type Actions, allActions } from './actions/all-actions.ts';
import {
  type ProcessPaymentsNeeds,
  processPayment,
  processPayments,
} from './actions/process-payments.ts';
import { processRefund } from './actions/process-refund.ts';
import { tryOne } from './actions/try-each.ts';
import { warnOfSwitchedOff } from './actions/warn-of-switched-off.ts';
import { orderClient } from './clients/order.ts';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers.ts';
import { countWebhooks, logChanges, reportDifferences } from './metrics.ts';
import { openNotifier } from './notifiers/open-notifier.ts';
import { openProviders } from './providers/open-providers.ts';
import { type PaymentSettings, paymentSettings } from './settings.ts';
import { type ChangeFeedOptions, followChanges } from './store/change-feed.ts';
import { paymentWork } from './store/open-work.ts';
import { openPaymentChanges } from './store/payment-changes.ts';
import { openStore } from './store/store.ts';
import { webhookOutcomes, webhookPath, webhookRoute } from './webhook-route.ts';

// Less than a caller waits for an answer. The rest is done in the next run, a second or two later.
const closingBudgetMs = 3_000;
// Longer than a run takes, also if the provider is slow.
const closingLeaseMs = 15_000;
const queryingLeaseMs = 30_000;
const comparingLeaseMs = 120_000;

const sdlFile = new URL('../../schema/payment.graphql', import.meta.url);

/** Starts the payment subgraph: payments, refunds, and the address of the providers' webhooks. */
export const startPayment = (
  settings: PaymentSettings,
  log: Log,
  tracer?: Tracer,
): Promise<HttpServer> =>
  startWithStack(async (stack) => {
    const port = stack.use(await openPort(settings.HOST, settings.PAYMENT_PORT));
    const metrics = new Registry();
    const database = stack.use(await openServiceDatabase('payment', settings, metrics));
    const order = stack.use(
      serviceClient({
        url: settings.ORDER_URL,
        from: 'payment',
        serviceSecret: settings.SERVICE_SECRET,
      }),
    );
    const webhookUrl = (provider: string): string =>
      `${settings.PAYMENT_PUBLIC_URL ?? server.url}${webhookPath}${provider}`;
    const providers = openProviders(settings, webhookUrl);
    for (const provider of Object.values(providers)) stack.defer(provider.stop);
    const notifier = stack.use(openNotifier(settings, log));
    const store = openStore(database, logChanges(log));
    const changes = stack.use(
      await openPaymentChanges(database, log, streamGauge(metrics, 'payments')),
    );
    const work = paymentWork(database);
    openWorkGauges(metrics, work.openWork);
    leaseGauge(metrics, work.leases);

    const needs = {
      ...reportDifferences(store, { metrics, log, comparisons: work.comparisons }),
      ...orderClient(order),
      onPaymentChange: changes.onPaymentChange,
      providers,
      webhookUrl,
      sendEmail: notifier.send,
      countWebhook: countWebhooks(metrics, Object.keys(providers), webhookOutcomes),
      queryWaitingAfterMs: settings.QUERY_WAITING_AFTER,
      queryEndedAfterMs: settings.QUERY_ENDED_AFTER,
      attemptRetries: retryTimes(1_000, 60_000),
      closing: { after: '', budgetMs: closingBudgetMs },
      onlyRunClosing: singleRun(openLease(database, 'close-attempts', closingLeaseMs)),
      onlyRunQuerying: singleRun(openLease(database, 'query-providers', queryingLeaseMs)),
      refundLeaseMs: leaseTimeouts * settings.PROVIDER_TIMEOUT,
      returnOrigins: returnOriginsOf(settings),
      log,
    };
    await warnOfSwitchedOff(needs);
    const counted = countRefusals(bind(needs, allActions), metrics, log);
    const bound = comparingAlone(database, counted);
    const server = stack.use(
      await startSubgraph<Context>({
        host: settings.HOST,
        port,
        sdlFile,
        resolvers,
        context: (caller, seen = {}) => ({
          caller,
          seen,
          actions: bound,
          loaders: createLoaders(needs),
        }),
        serviceSecret: settings.SERVICE_SECRET,
        ready: { database: database.ping, order: order.believed },
        routes: { [webhookPath]: webhookRoute({ ...needs, tracer }) },
        metrics,
        log,
        tracer,
      }),
    );
    const onAlive = streamGauge(metrics, 'change-feed');
    stack.defer(followChanges({ database, log, onAlive, ...processingOf(needs, tracer) }));
    return server;
  });

/** A comparison may take longer than its caller waits. The next one does not begin beside it. */
function comparingAlone(database: Database, all: Actions): Actions {
  const alone = (name: string, compare: () => Promise<number>) => {
    const onlyRun = singleRun(openLease(database, name, comparingLeaseMs));
    return async () => (await onlyRun(compare)) ?? 0;
  };
  return {
    ...all,
    reconcile: alone('reconcile', all.reconcile),
    reconcileProviders: alone('reconcile-providers', all.reconcileProviders),
  };
}

/** A refund asks its provider less often in a row: Stripe seven times at most. */
const leaseTimeouts = 8;

/** Travellers may come back to the origins of the setting, and to the standard address. */
const returnOriginsOf = ({ PAYMENT_RETURN_ORIGINS, STRIPE_RETURN_URL }: PaymentSettings) => [
  ...PAYMENT_RETURN_ORIGINS,
  ...(STRIPE_RETURN_URL ? [new URL(STRIPE_RETURN_URL).origin] : []),
];

/** Each change of a payment or refund starts what is left to do for it. */
const processingOf = (
  needs: ProcessPaymentsNeeds,
  tracer: Tracer | undefined,
): Pick<ChangeFeedOptions, 'onChange' | 'onOpen'> => ({
  async onChange(collection, sn, origin) {
    const process = collection === 'payments' ? processPayment : processRefund;
    // What follows from a change carries the id of what made it.
    const fields = { requestId: origin?.requestId ?? `feed-${randomUUID()}`, sn };
    const span = tracer?.begin(`change of ${collection}`, {
      kind: 'consumer',
      within: origin?.traceparent ? { traceparent: origin.traceparent } : undefined,
      attributes: { 'request.id': fields.requestId },
    });
    await traced(span, () =>
      withLogFields(fields, () => tryOne(needs.log, () => process(needs, sn))),
    );
  },
  async onOpen() {
    await processPayments(needs);
  },
});

export const service = defineService({
  name: 'payment',
  settings: paymentSettings,
  start: startPayment,
});
