import { Registry } from 'prom-client';
import type { HttpServer } from '../../runtime/http-server.ts';
import { starting } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { serviceClient } from '../../runtime/service-client.ts';
import { defineService } from '../../runtime/service-process.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import type { SeenVersions } from '../../runtime/subgraph-subscriptions.ts';
import { followPayments } from './actions/follow-payments.ts';
import type { Needs, Step } from './actions/needs.ts';
import { type PayOrderInput, payOrder } from './actions/pay-order.ts';
import { advanceAll, advanceOrLog, advancePayment } from './actions/process-payments.ts';
import { advanceRefund } from './actions/process-refund.ts';
import { reconcile } from './actions/reconcile.ts';
import { refundOrder } from './actions/refund-order.ts';
import { sendNotices } from './actions/send-emails.ts';
import { settleWaiting } from './actions/settle-waiting.ts';
import { orderClient } from './clients/order.ts';
import type { RefundRequest } from './domain/refund-request.ts';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers.ts';
import { type PaymentMetrics, paymentMetrics, reportDifferences } from './metrics.ts';
import { openNotifier } from './notifiers/open-notifier.ts';
import { openProviders } from './providers/open-providers.ts';
import { type PaymentSettings, paymentSettings } from './settings.ts';
import { followChanges } from './store/change-feed.ts';
import { noticeStore } from './store/emails.ts';
import { openPaymentChanges, type PaymentChanges } from './store/payment-changes.ts';
import { paymentStore } from './store/payments.ts';
import { refundStore } from './store/refunds.ts';
import { notificationRoute, notificationsPath } from './webhooks.ts';

const sdlFile = new URL('../../schema/payment.graphql', import.meta.url);

/** Starts the payment subgraph: payments, refunds, and the address that providers notify. */
export const startPayment = (
  settings: PaymentSettings,
  log: Log,
  step: Step = async () => {},
): Promise<HttpServer> =>
  starting(async (stack) => {
    const registry = new Registry();
    const database = await openDatabase(
      settings.MONGODB_URI,
      `${settings.DATABASE_PREFIX}payment`,
      registry,
    );
    stack.add(database.stop);
    const order = serviceClient({
      url: settings.ORDER_URL,
      from: 'payment',
      serviceSecret: settings.SERVICE_SECRET,
    });
    stack.add(order.stop);
    const notifyUrl = (provider: string): string =>
      `${settings.PAYMENT_PUBLIC_URL ?? server.url}${notificationsPath}${provider}`;
    const providers = openProviders(settings, notifyUrl);
    for (const provider of Object.values(providers)) stack.add(provider.stop);
    const payments = paymentStore(database);
    const refunds = refundStore(database.db);
    const notices = noticeStore(database.db);
    await Promise.all([payments.prepare(), refunds.prepare(), notices.prepare()]);
    const notifier = openNotifier(settings, log);
    stack.add(notifier.stop);

    const metrics = paymentMetrics(registry);
    const needs: Needs = {
      payments,
      refunds,
      notices,
      notifier,
      orders: orderClient(order),
      providers,
      transaction: database.transaction,
      now: database.now,
      notifyUrl,
      step,
      log,
    };
    const changes = await openPaymentChanges(database, log);
    stack.add(changes.stop);
    const actions = joinActions(needs, changes, metrics, settings.QUERY_WAITING_AFTER);
    const server = await startSubgraph<Context>({
      host: settings.HOST,
      port: settings.PAYMENT_PORT,
      sdlFile,
      resolvers,
      context: (caller, seen = {}) => ({
        caller,
        seen,
        actions,
        loaders: createLoaders(payments, refunds),
      }),
      serviceSecret: settings.SERVICE_SECRET,
      ready: { database: database.ping, order: order.believed },
      routes: { [notificationsPath]: notificationRoute(needs, metrics, log) },
      metrics: registry,
      log,
    });
    stack.add(server.stop);
    const advance = { payments: advancePayment, refunds: advanceRefund };
    const feed = followChanges({
      database,
      log,
      onChange: async (collection, sn) => {
        await advanceOrLog(needs, () => advance[collection](needs, sn));
      },
      onOpen: async () => {
        await advanceAll(needs);
      },
    });
    stack.add(feed);
    return server;
  });

export type Actions = ReturnType<typeof joinActions>;

/** Everything that can be asked of the service. */
const joinActions = (
  needs: Needs,
  changes: PaymentChanges,
  metrics: PaymentMetrics,
  queryAfterMs: number,
) => ({
  followPayments: (userId: string, orderSn: string, seen: SeenVersions) =>
    followPayments({ ...needs, ...changes }, userId, orderSn, seen),
  payOrder: (input: PayOrderInput) => payOrder(needs, input),
  refundOrder: (orderSn: string, request: RefundRequest) => refundOrder(needs, orderSn, request),
  advanceAll: () => advanceAll(needs),
  settleWaiting: () => settleWaiting(needs, queryAfterMs),
  reconcile: async () => reportDifferences(await reconcile(needs), metrics, needs.log),
  sendNotices: () => sendNotices(needs),
});

export const service = defineService({
  name: 'payment',
  settings: paymentSettings,
  start: startPayment,
});
