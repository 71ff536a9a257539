import { Registry } from 'prom-client';
import { openBackground } from '../../runtime/background.ts';
import { bind } from '../../runtime/bind.ts';
import { countRefusals } from '../../runtime/count-refusals.ts';
import { leaseGauge, openWorkGauges, streamGauge } from '../../runtime/database-gauges.ts';
import type { HttpServer } from '../../runtime/http-server.ts';
import { openJobQueue } from '../../runtime/job-queue.ts';
import { joinedRuns } from '../../runtime/joined-runs.ts';
import { openLease, preferAlone } from '../../runtime/lease.ts';
import { startWithStack } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { openPort } from '../../runtime/open-port.ts';
import { type OutsideRules, outsideFault, outsideRequests } from '../../runtime/outside-request.ts';
import { serviceClient } from '../../runtime/service-client.ts';
import { openServiceDatabase } from '../../runtime/service-database.ts';
import { defineService } from '../../runtime/service-process.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import type { Tracer } from '../../runtime/tracing/span.ts';
import { allActions } from './actions/all-actions.ts';
import { nightLimit } from './actions/availability.ts';
import { dueAhead } from './actions/due-ahead.ts';
import { queueMissedWebhooks, queueWebhooks } from './actions/queue-webhooks.ts';
import { calendarAddress, calendarPath, calendarRoute } from './calendar-route.ts';
import { calendarKeys } from './clients/calendar-key.ts';
import { closeJobSetter } from './clients/close-job.ts';
import { homestayToOrder } from './clients/homestay-to-order.ts';
import { outsideCalendars } from './clients/outside-calendar.ts';
import { travelClient } from './clients/travel.ts';
import { webhookPoster } from './clients/webhook-post.ts';
import { newWebhookSecret } from './clients/webhook-signature.ts';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers.ts';
import {
  countChanges,
  countOutcomes,
  reportClosed,
  reportClosing,
  reportSetAside,
  webhookGauges,
} from './metrics.ts';
import { type OrderSettings, orderSettings } from './settings.ts';
import { openCalendars } from './store/calendars.ts';
import { openNights } from './store/nights.ts';
import { orderWork } from './store/open-work.ts';
import { openOrderChanges } from './store/order-changes.ts';
import { followOrders } from './store/order-feed.ts';
import { openOrders } from './store/orders.ts';
import { openWebhookMessages } from './store/webhook-messages.ts';
import { openWebhooks, webhookId } from './store/webhooks.ts';

// A process that dies while it closes keeps others waiting for so long.
const closingLeaseMs = 2_000;

const sdlFile = new URL('../../schema/order.graphql', import.meta.url);

/** Starts the order subgraph: orders, the nights they hold, and every change of state. */
export const startOrder = (
  settings: OrderSettings,
  log: Log,
  tracer?: Tracer,
): Promise<HttpServer> =>
  startWithStack(async (stack) => {
    const port = stack.use(await openPort(settings.HOST, settings.ORDER_PORT));
    const metrics = new Registry();
    const database = stack.use(await openServiceDatabase('order', settings, metrics));
    const queue = stack.use(await openJobQueue(settings));
    const travel = stack.use(
      serviceClient({
        url: settings.TRAVEL_URL,
        from: 'order',
        serviceSecret: settings.SERVICE_SECRET,
      }),
    );

    const nights = openNights(database);
    const orders = countChanges(
      openOrders(database, nights, reportClosed(metrics, log)),
      metrics,
      log,
    );
    const alive = streamGauge(metrics, 'orders');
    const changes = stack.use(await openOrderChanges(database, log, alive));
    const { openWork, leases, webhookStates } = orderWork(database);
    openWorkGauges(metrics, openWork);
    webhookGauges(metrics, webhookStates);
    leaseGauge(metrics, leases);
    const lease = openLease(database, 'closing', closingLeaseMs);
    reportClosing(settings.CLOSING, metrics, log);
    const keys = calendarKeys(settings.SERVICE_SECRET);
    const calendarRules = calendarRulesOf(settings);
    const outside = stack.use(outsideRequests(calendarRules));
    const webhookRules = webhookRulesOf(settings);
    const webhookRequests = stack.use(outsideRequests(webhookRules));
    const background = stack.use(openBackground(log));
    const needs = {
      now: database.now,
      ...openCalendars(database),
      calendarFault: (url: string) => outsideFault(url, calendarRules),
      readCalendar: outsideCalendars(outside.ask),
      calendarAddress: (homestayId: string) =>
        calendarAddress(settings.ORDER_PUBLIC_URL ?? server.url, homestayId, keys),
      ...openWebhooks(database.db),
      ...openWebhookMessages(database.db),
      webhookId,
      newWebhookSecret,
      webhookFault: (url: string) => outsideFault(url, webhookRules),
      post: webhookPoster(webhookRequests.ask),
      countOutcome: countOutcomes(metrics),
      inBackground: background.start,
      maxWebhooks: settings.WEBHOOKS_OF_SHOP,
      ...orders,
      ...nights,
      ...changes,
      ...travelClient(travel),
      homestay: homestayToOrder(travel),
      setCloseJob: closeJobSetter(queue.setJob, log),
      closing: settings.CLOSING,
      archiveAfterDays: settings.ARCHIVE_ORDERS_AFTER_DAYS,
      holdUnansweredForMs: settings.HOLD_UNANSWERED_FOR,
      ahead: dueAhead(),
      together: joinedRuns<number>(),
      alone: <T>(work: () => Promise<T>) => preferAlone(lease, work, closingLeaseMs),
      setAside: reportSetAside(metrics, log),
      limits: {
        maxNights: settings.MAX_NIGHTS,
        maxDaysAhead: settings.MAX_DAYS_AHEAD,
        closeAfterMs: settings.CLOSE_ORDER_AFTER,
        refundPolicy: settings.REFUND_POLICY,
        maxUnpaid: settings.MAX_UNPAID_ORDERS,
        maxUnpaidAtHomestay: settings.MAX_UNPAID_ORDERS_AT_HOMESTAY,
      },
    };
    const actions = countRefusals(bind(needs, allActions), metrics, log);
    const server: HttpServer = stack.use(
      await startSubgraph<Context>({
        host: settings.HOST,
        port,
        sdlFile,
        resolvers,
        context: (caller, seen = {}) => ({
          caller,
          seen,
          actions,
          loaders: createLoaders(needs),
          limitNights: nightLimit(),
        }),
        serviceSecret: settings.SERVICE_SECRET,
        ready: { database: database.ping, travel: travel.believed },
        notes: settings.CLOSING === 'paused' ? ['CLOSING=paused'] : [],
        routes: { [calendarPath]: calendarRoute(needs, keys, log) },
        metrics,
        log,
        tracer,
      }),
    );
    stack.defer(
      followOrders({
        database,
        log,
        onAlive: streamGauge(metrics, 'webhooks'),
        wanted: needs.anyWebhook,
        onChanged: (sns) => queueWebhooks(needs, sns),
        onMissed: () => queueMissedWebhooks(needs),
      }),
    );
    return server;
  });

/** Where calendars may be imported from, and how large they may be. */
const calendarRulesOf = (settings: OrderSettings): OutsideRules => ({
  hosts: settings.CALENDAR_HOSTS,
  privateAddresses: settings.CALENDAR_PRIVATE_ADDRESSES,
  timeoutMs: 10_000,
  maxBytes: 1_000_000,
});

/** Where webhooks may be sent to. Of an answer, only the status is looked at. */
const webhookRulesOf = (settings: OrderSettings): OutsideRules => ({
  hosts: [],
  privateAddresses: settings.WEBHOOK_PRIVATE_ADDRESSES,
  timeoutMs: 10_000,
  maxBytes: 100_000,
});

export const service = defineService({
  name: 'order',
  settings: orderSettings,
  start: startOrder,
});
