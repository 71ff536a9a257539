import { Registry } from 'prom-client';
import { bind } from '../../runtime/bind.ts';
import { countRefusals } from '../../runtime/count-refusals.ts';
import type { HttpServer } from '../../runtime/http-server.ts';
import { startWithStack } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { openPort } from '../../runtime/open-port.ts';
import { serviceClient } from '../../runtime/service-client.ts';
import { openServiceDatabase } from '../../runtime/service-database.ts';
import { defineService } from '../../runtime/service-process.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import type { Tracer } from '../../runtime/tracing/span.ts';
import { allActions } from './actions/all-actions.ts';
import { orderClient } from './clients/order.ts';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers.ts';
import { countChanges } from './metrics.ts';
import { type TravelSettings, travelSettings } from './settings.ts';
import { openCatalogueChanges } from './store/catalogue-changes.ts';
import { openComments } from './store/comments.ts';
import { openHomestays } from './store/homestays.ts';
import { openNightPrices } from './store/night-prices.ts';
import { openShops } from './store/shops.ts';

const sdlFile = new URL('../../schema/travel.graphql', import.meta.url);

/** Starts the travel subgraph: homestays, the shops that let them, and what guests wrote. */
export const startTravel = (
  settings: TravelSettings,
  log: Log,
  tracer?: Tracer,
): Promise<HttpServer> =>
  startWithStack(async (stack) => {
    const port = stack.use(await openPort(settings.HOST, settings.TRAVEL_PORT));
    const metrics = new Registry();
    const database = stack.use(await openServiceDatabase('travel', settings, metrics));
    const order = stack.use(
      serviceClient({
        url: settings.ORDER_URL,
        from: 'travel',
        serviceSecret: settings.SERVICE_SECRET,
      }),
    );

    const needs = {
      now: database.now,
      ...openHomestays(database.db),
      ...openShops(database.db),
      ...openComments(database.db),
      ...openNightPrices(database.db),
      ...countChanges(openCatalogueChanges(database), metrics, log),
      ...orderClient(order),
      limits: { maxNights: settings.MAX_NIGHTS, maxDaysAhead: settings.MAX_DAYS_AHEAD },
    };
    const actions = countRefusals(bind(needs, allActions), metrics, log);
    const server = stack.use(
      await startSubgraph<Context>({
        host: settings.HOST,
        port,
        sdlFile,
        resolvers,
        context: (caller) => ({ caller, actions, loaders: createLoaders(needs) }),
        serviceSecret: settings.SERVICE_SECRET,
        ready: { database: database.ping, order: order.believed },
        metrics,
        log,
        tracer,
      }),
    );
    return server;
  });

export const service = defineService({
  name: 'travel',
  settings: travelSettings,
  start: startTravel,
});
