import { Registry } from 'prom-client';
import type { PageInput } from '../../runtime/connection.ts';
import type { HttpServer } from '../../runtime/http-server.ts';
import { starting } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { serviceClient } from '../../runtime/service-client.ts';
import { defineService } from '../../runtime/service-process.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import { type ListHomestaysNeeds, listHomestays } from './actions/list-homestays.ts';
import { listShops } from './actions/list-shops.ts';
import { takenHomestays } from './clients/order.ts';
import type { HomestayFilter } from './domain/homestay-filter.ts';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers.ts';
import { type TravelSettings, travelDatabase, travelSettings } from './settings.ts';
import { openTravelStore, type TravelStore } from './store/travel-store.ts';

const sdlFile = new URL('../../schema/travel.graphql', import.meta.url);

/** Starts the travel subgraph: homestays, the shops that let them, and what guests said of them. */
export const startTravel = (settings: TravelSettings, log: Log): Promise<HttpServer> =>
  starting(async (stack) => {
    const metrics = new Registry();
    const database = await openDatabase(
      settings.MONGODB_URI,
      travelDatabase(settings.DATABASE_PREFIX),
      metrics,
    );
    stack.add(database.stop);
    const order = serviceClient({
      url: settings.ORDER_URL,
      from: 'travel',
      serviceSecret: settings.SERVICE_SECRET,
    });
    stack.add(order.stop);

    const store = await openTravelStore(database);
    const actions = joinActions(store, {
      takenHomestays: takenHomestays(order),
      maxNights: settings.MAX_NIGHTS,
    });
    const server = await startSubgraph<Context>({
      host: settings.HOST,
      port: settings.TRAVEL_PORT,
      sdlFile,
      resolvers,
      context: (caller) => ({ caller, actions, loaders: createLoaders(store) }),
      serviceSecret: settings.SERVICE_SECRET,
      ready: { database: database.ping, order: order.believed },
      metrics,
      log,
    });
    stack.add(server.stop);
    return server;
  });

export type Actions = ReturnType<typeof joinActions>;

/** Everything that can be asked of the service, on its store and on the world outside. */
function joinActions(
  { homestays, shops }: TravelStore,
  world: Pick<ListHomestaysNeeds, 'takenHomestays' | 'maxNights'>,
) {
  return {
    listHomestays: (page: PageInput, filter: HomestayFilter) =>
      listHomestays({ ...homestays, ...world }, page, filter),
    listShops: (page: PageInput) => listShops(shops, page),
    preferredHomestays: homestays.preferred,
    newestHomestays: homestays.newest,
  };
}

export const service = defineService({
  name: 'travel',
  settings: travelSettings,
  start: startTravel,
});
