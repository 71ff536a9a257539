import { Registry } from 'prom-client';
import type { HttpServer } from '../../runtime/http-server.ts';
import { starting } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { serviceClient } from '../../runtime/service-client.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import { advanceAll, advanceOrLog, advancePayment } from './actions/advance.ts';
import { advanceRefund } from './actions/advance-refund.ts';
import type { Needs, Step } from './actions/needs.ts';
import { type PayOrderInput, payOrder } from './actions/pay-order.ts';
import { orderClient } from './clients/order.ts';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers.ts';
import { paymentMetrics } from './metrics.ts';
import { notificationRoute, notificationsPath } from './notifications.ts';
import { openProviders } from './providers/open-providers.ts';
import type { PaymentSettings } from './settings.ts';
import { followChanges } from './store/change-feed.ts';
import { paymentStore } from './store/payments.ts';
import { refundStore } from './store/refunds.ts';

const sdlFile = new URL('../../schema/payment.graphql', import.meta.url);

/** Starts the payment subgraph: payments, refunds, and the address that providers notify. */
export const startPayment = (settings: PaymentSettings, log: Log, step: Step = async () => {}): Promise<HttpServer> =>
  starting(async (stack) => {
    const registry = new Registry();
    const database = await openDatabase(settings.MONGODB_URI, `${settings.DATABASE_PREFIX}payment`, registry);
    stack.add(database.stop);
    const order = serviceClient({ url: settings.ORDER_URL, from: 'payment', serviceSecret: settings.SERVICE_SECRET });
    stack.add(order.stop);
    const providers = openProviders(settings);
    for (const provider of Object.values(providers)) stack.add(provider.stop);
    const payments = paymentStore(database.db);
    const refunds = refundStore(database.db);
    await Promise.all([payments.prepare(), refunds.prepare()]);

    const needs: Needs = {
      payments,
      refunds,
      orders: orderClient(order),
      providers,
      transaction: database.transaction,
      now: database.now,
      notifyUrl: (provider) => `${settings.PAYMENT_PUBLIC_URL ?? server.url}${notificationsPath}${provider}`,
      step,
      log,
    };
    const actions = joinActions(needs);
    const server = await startSubgraph<Context>({
      host: settings.HOST,
      port: settings.PAYMENT_PORT,
      sdlFile,
      resolvers,
      context: (caller) => ({ caller, actions, loaders: createLoaders(payments, refunds) }),
      serviceSecret: settings.SERVICE_SECRET,
      ready: { database: database.ping },
      routes: { [notificationsPath]: notificationRoute(needs, paymentMetrics(registry), log) },
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
const joinActions = (needs: Needs) => ({
  payOrder: (input: PayOrderInput) => payOrder(needs, input),
  advanceAll: () => advanceAll(needs),
});
