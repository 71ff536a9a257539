import { callerSigner } from '../../runtime/caller.ts';
import { starting } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import type { CommentRow, HomestayRow, ShopRow } from '../../subgraphs/travel/domain/catalogue.ts';
import { startTravel } from '../../subgraphs/travel/server.ts';
import { travelDatabase } from '../../subgraphs/travel/settings.ts';
import { openCatalogueWriter } from '../../subgraphs/travel/store/catalogue-writer.ts';
import { testDatabasePrefix, testMongoUri } from '../database.ts';

const serviceSecret = 'a secret that the services of a test share';
const log = createLog('test', 'silent');

export type Answer = { data: any; errors?: { message: string; extensions: { code: string } }[] };

/** A travel service on an empty database of its own, asked over HTTP as the gateway asks it. */
export const startTestTravel = (settings: { orderUrl?: string; maxNights?: number } = {}) =>
  starting(async (stack) => {
    const prefix = testDatabasePrefix();
    const database = await openDatabase(testMongoUri(), travelDatabase(prefix));
    stack.add(database.stop);
    stack.add(async () => void (await database.db.dropDatabase()));
    const server = await startTravel(
      {
        LOG_LEVEL: 'silent',
        HOST: '127.0.0.1',
        MONGODB_URI: testMongoUri(),
        DATABASE_PREFIX: prefix,
        SERVICE_SECRET: serviceSecret,
        TRAVEL_PORT: 0,
        ORDER_URL: settings.orderUrl ?? 'http://127.0.0.1:1',
        MAX_NIGHTS: settings.maxNights ?? 30,
      },
      log,
    );
    stack.add(server.stop);
    const authorization = await callerSigner(serviceSecret)({ service: 'gateway', roles: [] });
    const ask = async (query: string, variables: Record<string, unknown> = {}): Promise<Answer> => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    };
    const commands = async (): Promise<string[]> => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      const counted = metrics.matchAll(
        /^mongodb_commands_total\{command="(\w+)",collection="(\w+)"\} (\d+)$/gm,
      );
      return [...counted].flatMap(([, command, collection, count]) =>
        Array<string>(Number(count)).fill(`${command} ${collection}`),
      );
    };
    return {
      url: server.url,
      ask,
      commands,
      database,
      writer: await openCatalogueWriter(database),
    };
  });

/** Answers travel's question in the order service's place, over HTTP, as the order service's schema says. */
export const startOrderStandIn = (
  taken: (ids: string[], checkIn: string, checkOut: string) => string[],
) =>
  startSubgraph({
    host: '127.0.0.1',
    port: 0,
    sdlFile: new URL('../../schema/order.graphql', import.meta.url),
    resolvers: {
      Query: {
        takenHomestays: (_: unknown, asked: { ids: string[]; checkIn: string; checkOut: string }) =>
          taken(asked.ids, asked.checkIn, asked.checkOut),
      },
    },
    context: (caller) => ({ caller }),
    serviceSecret,
    ready: {},
    log,
  });

export const aShop = (row: Partial<ShopRow> = {}): ShopRow => ({
  id: 'shop',
  name: 'A shop',
  info: '',
  hostId: 'host-lin',
  open: true,
  ...row,
});

export const aHomestay = (row: Partial<HomestayRow> = {}): HomestayRow => ({
  id: 'homestay',
  shopId: 'shop',
  title: 'A homestay',
  subTitle: '',
  info: '',
  banner: null,
  city: 'Beijing',
  neighbourhood: null,
  latitude: null,
  longitude: null,
  timeZone: 'Asia/Shanghai',
  capacity: 2,
  minimumNights: 1,
  price: { amount: 10_000, currency: 'CNY' },
  marketPrice: null,
  soldPerPerson: false,
  foodPrice: null,
  onShelf: true,
  preferred: false,
  arrivedAt: new Date('2026-01-01T00:00:00Z'),
  importedRating: null,
  ...row,
});

export const aComment = (row: Partial<CommentRow> = {}): CommentRow => ({
  id: 'comment',
  homestayId: 'homestay',
  author: 'A guest',
  stars: 5,
  content: 'Very good.',
  createdAt: new Date('2026-06-01T00:00:00Z'),
  ...row,
});
