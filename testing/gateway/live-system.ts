import { freePort } from '../../embedded/free-port.ts';
import { startWithStack } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { serialNumber } from '../../runtime/serial-number.ts';
import { readSettings } from '../../runtime/settings.ts';
import type { Order } from '../../subgraphs/order/domain/order.ts';
import type { TransitionCause } from '../../subgraphs/order/domain/state.ts';
import { startOrder } from '../../subgraphs/order/server.ts';
import { orderSettings } from '../../subgraphs/order/settings.ts';
import { migrateTestDatabases, testDatabasePrefix, testMongoUri } from '../database.ts';
import { openOrderStores } from '../order/open-stores.ts';
import { sampleOrder } from '../order/sample-order.ts';
import { restartable } from '../restartable.ts';
import { ana, host, secrets } from '../tokens.ts';
import { startSmallSubgraph, startTestGateway } from './small-system.ts';

export type LiveSystem = Awaited<ReturnType<typeof startLiveSystem>>;

export type LiveSystemOptions = {
  /** The way that order processes take to the database. */
  mongoUri?: string;
  /**
   * The way that gateways take to order processes, by its port, where it isn't the straight one.
   */
  orderRoute?: (port: number) => Promise<number>;
  /** As many order processes, and as many gateways, each in front of one of them. */
  copies?: number;
  gateway?: Record<string, string>;
};

/** Real order processes on a real database, with small ones beside them and gateways in front. */
export const startLiveSystem = ({
  mongoUri = testMongoUri(),
  copies = 1,
  gateway = {},
  orderRoute = async (port) => port,
}: LiveSystemOptions = {}) =>
  startWithStack(async (stack) => {
    const log = createLog('test', process.env.TEST_LOG_LEVEL ?? 'silent');
    const prefix = testDatabasePrefix();
    const database = stack.use(await openDatabase(testMongoUri(), `${prefix}order`));
    await migrateTestDatabases(prefix);
    const store = openOrderStores(database);
    const [travel, payment] = await Promise.all([
      startSmallSubgraph('travel'),
      startSmallSubgraph('payment'),
    ]);
    stack.defer(travel.stop);
    stack.defer(payment.stop);

    const orders = [];
    const gateways = [];
    const ways: Record<string, string>[] = [];
    for (let copy = 0; copy < copies; copy += 1) {
      const port = await freePort();
      const order = restartable(() => {
        const env = { ORDER_PORT: String(port), MONGODB_URI: mongoUri, DATABASE_PREFIX: prefix };
        const settings = { SERVICE_SECRET: secrets.SERVICE_SECRET, TRAVEL_URL: travel.url, ...env };
        return startOrder(readSettings(orderSettings, settings), log);
      });
      stack.defer(order.stop);
      await order.start();
      orders.push(order);
      const urls = {
        TRAVEL_URL: travel.url,
        PAYMENT_URL: payment.url,
        ORDER_URL: `http://127.0.0.1:${await orderRoute(port)}`,
      };
      ways.push(urls);
      const started = stack.use(await startTestGateway({ ...urls, ...gateway }, log));
      gateways.push(started);
    }
    const placeOrder = async (given: Partial<Order> = {}) => {
      const placed = newOrder(given);
      if ((await store.place(placed)) !== 'placed') throw new Error('not placed');
      return placed.sn;
    };
    const change = (sn: string, cause: TransitionCause) =>
      store.change({ sn, cause, at: new Date() });
    return {
      url: gateways[0]?.url as string,
      /** Where the first gateway finds its subgraphs, as its settings say. */
      urls: ways[0] as Record<string, string>,
      gateways,
      orders,
      travel,
      payment,
      store,
      placeOrder,
      change,
    };
  });

let nights = 0;

/** An order that Ana places now, for a night that no other order has. */
export function newOrder(given: Partial<Order>): Order {
  const now = new Date();
  const day = (n: number) => new Date(Date.UTC(2027, 0, n)).toISOString().slice(0, 10);
  nights += 1;
  const order = sampleOrder();
  return {
    ...order,
    sn: serialNumber('HSO', now),
    homestayId: '1',
    checkIn: day(nights),
    checkOut: day(nights + 1),
    nights: 1,
    travellerId: ana.id,
    snapshot: { ...order.snapshot, hostId: host.id },
    createdAt: now,
    closeAt: new Date(now.getTime() + 1_200_000),
    history: [{ state: 'WAIT_PAY', at: now, cause: 'PLACED' }],
    ...given,
  };
}

/** What `orderChanged` sends. */
export type OrderEvent = { homestayOrderStateChanged: { state: string } | null };

export const orderChanged = `subscription ($sn: ID!) {
  homestayOrderStateChanged(sn: $sn) { sn state version homestay { title } payment { state } }
}`;
