import { createServer } from 'node:net';
import { type Client, createClient, type SubscribePayload } from 'graphql-ws';
import WebSocket from 'ws';
import { type Stop, starting } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { serialNumber } from '../../runtime/serial-number.ts';
import { readSettings } from '../../runtime/settings.ts';
import type { Order } from '../../subgraphs/order/domain/order.ts';
import type { TransitionCause } from '../../subgraphs/order/domain/state.ts';
import { startOrder } from '../../subgraphs/order/server.ts';
import { orderSettings } from '../../subgraphs/order/settings.ts';
import { testDatabasePrefix, testMongoUri } from '../database.ts';
import { openOrderStores } from '../order/open-stores.ts';
import { serviceSecret, startSmallSubgraph, startTestGateway, token } from './small-system.ts';

export type LiveSystem = Awaited<ReturnType<typeof startLiveSystem>>;

export type LiveSystemOptions = {
  /** The way that order processes take to the database. */
  mongoUri?: string;
  /** The way that gateways take to order processes, by its port, where it isn't the straight one. */
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
  starting(async (stack) => {
    const log = createLog('test', process.env.TEST_LOG_LEVEL ?? 'silent');
    const prefix = testDatabasePrefix();
    const database = await openDatabase(testMongoUri(), `${prefix}order`);
    stack.add(database.stop);
    const store = await openOrderStores(database);
    const [travel, payment] = await Promise.all([
      startSmallSubgraph('travel'),
      startSmallSubgraph('payment'),
    ]);
    stack.add(travel.stop);
    stack.add(payment.stop);

    const orders = [];
    const gateways = [];
    for (let copy = 0; copy < copies; copy += 1) {
      const port = await freePort();
      const order = await restartable(() => {
        const env = { ORDER_PORT: String(port), MONGODB_URI: mongoUri, DATABASE_PREFIX: prefix };
        const settings = { SERVICE_SECRET: serviceSecret, TRAVEL_URL: travel.url, ...env };
        return startOrder(readSettings(orderSettings, settings), log);
      });
      stack.add(order.stop);
      orders.push(order);
      const urls = {
        TRAVEL_URL: travel.url,
        PAYMENT_URL: payment.url,
        ORDER_URL: `http://127.0.0.1:${await orderRoute(port)}`,
      };
      const started = await startTestGateway({ ...urls, ...gateway }, log);
      stack.add(started.stop);
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
      gateways,
      orders,
      travel,
      payment,
      store,
      placeOrder,
      change,
    };
  });

/** Something that can be stopped and started again in a test. */
async function restartable<T extends { stop: Stop }>(start: () => Promise<T>) {
  let running: T | undefined = await start();
  const stop = async () => {
    const stopping = running;
    running = undefined;
    await stopping?.stop();
  };
  return {
    stop,
    start: async () => {
      running = await start();
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let nights = 0;
const money = { amount: 10_000, currency: 'CNY' };

/** An order of Ana at a homestay of Host, for a night nobody else has. */
export function newOrder(given: Partial<Order>): Order {
  const at = new Date();
  const day = (n: number) => new Date(Date.UTC(2027, 0, n)).toISOString().slice(0, 10);
  nights += 1;
  return {
    sn: serialNumber('HSO', at),
    homestayId: '1',
    checkIn: day(nights),
    checkOut: day(nights + 1),
    guests: 2,
    needFood: false,
    remark: '',
    idempotencyKey: `key ${nights} ${Math.random()}`,
    state: 'WAIT_PAY',
    version: 1,
    travellerId: 'ana',
    snapshot: {
      title: 'A homestay',
      subTitle: '',
      banner: null,
      city: 'Dali',
      timeZone: 'Asia/Shanghai',
      shopId: '7',
      hostId: 'host',
      price: money,
      soldPerPerson: false,
      foodPrice: null,
      refundPolicy: [],
    },
    nights: 1,
    homestayTotal: money,
    foodTotal: { ...money, amount: 0 },
    total: money,
    createdAt: at,
    closeAt: new Date(at.getTime() + 1_200_000),
    ticketCode: 'ABCDEFGH',
    history: [{ state: 'WAIT_PAY', at, cause: 'PLACED' }],
    ...given,
  };
}

/** A client over graphql-transport-ws, with the token of a user. */
export async function socketClient(
  url: string,
  given: Parameters<typeof token>[0] = {},
  options: object = {},
): Promise<Client> {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${await token(given)}` },
    retryAttempts: 0,
    ...options,
  });
}

export type Watched = {
  // What comes, in order: tests look into answers of every shape.
  // biome-ignore format: one line reads best
  results: { data?: any; errors?: any }[];
  ended?: unknown;
  completed: boolean;
  leave: () => void;
};

/** Collects everything that a subscription brings. */
export function watch(client: Client, payload: SubscribePayload): Watched {
  const watched: Watched = { results: [], completed: false, leave: () => {} };
  watched.leave = client.subscribe(payload, {
    next: (result) => watched.results.push(result as never),
    error: (error) => {
      watched.ended = error;
    },
    complete: () => {
      watched.completed = true;
    },
  });
  return watched;
}

export const orderChanged = `subscription ($sn: ID!) {
  homestayOrderStateChanged(sn: $sn) { sn state version homestay { title } payment { state } }
}`;
