import { Registry } from 'prom-client';
import type { HttpServer } from '../../runtime/http-server.ts';
import { ensureJobIndexes, jobSetter } from '../../runtime/job-queue.ts';
import { starting } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { serviceClient } from '../../runtime/service-client.ts';
import { defineService } from '../../runtime/service-process.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import type { SeenVersions } from '../../runtime/subgraph-subscriptions.ts';
import { nightCounter } from './actions/availability.ts';
import { type ChangeOrderNeeds, cancelHomestayOrder } from './actions/cancel-homestay-order.ts';
import { checkInGuest } from './actions/check-in-guest.ts';
import { closeDueOrders } from './actions/close-due-orders.ts';
import {
  type CreateHomestayOrderNeeds,
  createHomestayOrder,
} from './actions/create-homestay-order.ts';
import { expireUnusedOrders } from './actions/expire-unused-orders.ts';
import { followHomestayOrder } from './actions/follow-homestay-order.ts';
import { followMyHomestayOrders } from './actions/follow-my-homestay-orders.ts';
import { type ArrivedPayment, markOrderPaid } from './actions/mark-order-paid.ts';
import { myHomestayOrders } from './actions/my-homestay-orders.ts';
import { orderStandings, paidOrders } from './actions/order-standings.ts';
import { orderToPay } from './actions/order-to-pay.ts';
import { orderToRefund } from './actions/order-to-refund.ts';
import { endOrderRefund, holdOrderForRefund, type OrderRefund } from './actions/refund-order.ts';
import { takenHomestays } from './actions/taken-homestays.ts';
import { closeAlarm } from './clients/close-job.ts';
import { homestayToOrder } from './clients/travel.ts';
import type { OrderInput } from './domain/order.ts';
import type { Stay } from './domain/stay.ts';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers.ts';
import { countChanges } from './metrics.ts';
import { type OrderSettings, orderSettings } from './settings.ts';
import { type OrderChanges, openOrderChanges } from './store/order-changes.ts';
import { type OrderStore, openOrderStore } from './store/order-store.ts';

const sdlFile = new URL('../../schema/order.graphql', import.meta.url);

/** Starts the order subgraph: orders, the nights they hold, and every change of their state. */
export const startOrder = (settings: OrderSettings, log: Log): Promise<HttpServer> =>
  starting(async (stack) => {
    const metrics = new Registry();
    const database = await openDatabase(
      settings.MONGODB_URI,
      `${settings.DATABASE_PREFIX}order`,
      metrics,
    );
    stack.add(database.stop);
    const queue = await openDatabase(settings.MONGODB_URI, `${settings.DATABASE_PREFIX}scheduler`);
    stack.add(queue.stop);
    await ensureJobIndexes(queue);
    const travel = serviceClient({
      url: settings.TRAVEL_URL,
      from: 'order',
      serviceSecret: settings.SERVICE_SECRET,
    });
    stack.add(travel.stop);

    const store = countChanges(await openOrderStore(database), metrics, log);
    const changes = await openOrderChanges(database, log);
    stack.add(changes.stop);
    const actions = joinActions(store, changes, {
      homestay: (id) => homestayToOrder(travel, id),
      setAlarm: closeAlarm(jobSetter(queue), log),
      limits: {
        maxNights: settings.MAX_NIGHTS,
        maxDaysAhead: settings.MAX_DAYS_AHEAD,
        closeAfterMs: settings.CLOSE_ORDER_AFTER,
        refundPolicy: settings.REFUND_POLICY,
      },
    });
    const server = await startSubgraph<Context>({
      host: settings.HOST,
      port: settings.ORDER_PORT,
      sdlFile,
      resolvers,
      context: (caller, seen = {}) => ({
        caller,
        seen,
        actions,
        loaders: createLoaders(store),
        countNights: nightCounter(),
      }),
      serviceSecret: settings.SERVICE_SECRET,
      ready: { database: database.ping },
      metrics,
      log,
    });
    stack.add(server.stop);
    return server;
  });

export type Actions = ReturnType<typeof joinActions>;

type World = Pick<CreateHomestayOrderNeeds, 'homestay' | 'setAlarm' | 'limits'>;

/** Everything that can be asked of the service, on its store and on the world outside. */
function joinActions(store: OrderStore, changes: OrderChanges, world: World) {
  const change: ChangeOrderNeeds = store;
  return {
    createHomestayOrder: (userId: string, input: OrderInput) =>
      createHomestayOrder({ ...store, ...world }, userId, input),
    cancelHomestayOrder: (userId: string, sn: string) => cancelHomestayOrder(change, userId, sn),
    checkInGuest: (userId: string, sn: string, ticketCode: string) =>
      checkInGuest(change, userId, sn, ticketCode),
    markOrderPaid: (payment: ArrivedPayment) => markOrderPaid(change, payment),
    closeDueOrders: () => closeDueOrders(store),
    myHomestayOrders: (userId: string, page: Parameters<typeof myHomestayOrders>[2]) =>
      myHomestayOrders(store, userId, page),
    followHomestayOrder: (userId: string, sn: string, seen: SeenVersions) =>
      followHomestayOrder({ ...store, ...changes }, userId, sn, seen),
    followMyHomestayOrders: (userId: string, seen: SeenVersions) =>
      followMyHomestayOrders({ ...store, ...changes }, userId, seen),
    takenHomestays: (ids: readonly string[], stay: Stay) => takenHomestays(store, ids, stay),
    orderToPay: (sn: string) => orderToPay(store, sn),
    orderToRefund: (sn: string) => orderToRefund(store, sn),
    orderStandings: (sns: readonly string[]) => orderStandings(store, sns),
    paidOrders: (since: Date, after: string) => paidOrders(store, since, after),
    holdOrderForRefund: (refund: OrderRefund & { unusedOnly: boolean }) =>
      holdOrderForRefund(store, refund),
    endOrderRefund: (refund: OrderRefund & { succeeded: boolean }) => endOrderRefund(store, refund),
    expireUnusedOrders: () => expireUnusedOrders(store),
  };
}

export const service = defineService({
  name: 'order',
  settings: orderSettings,
  start: startOrder,
});
