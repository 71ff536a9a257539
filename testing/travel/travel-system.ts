import { callerSigner } from '../../runtime/caller.ts';
import { createLog } from '../../runtime/log.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import { openCatalogueWriter } from '../../subgraphs/travel/store/catalogue-writer.ts';
import { type Answer, ask } from '../client.ts';
import { startTestSystem } from '../system.ts';
import { secrets } from '../tokens.ts';

/** A travel service on an empty catalogue, asked over HTTP as the gateway asks it. */
export async function startTestTravel({ orderUrl = 'http://127.0.0.1:1', maxNights = 30 } = {}) {
  const env = { ORDER_PORT: new URL(orderUrl).port, MAX_NIGHTS: `${maxNights}` };
  const system = await startTestSystem({ parts: ['travel'], homestays: 0, env });
  const url = system.urls.travel;
  const sign = callerSigner(secrets.SERVICE_SECRET);
  const authorization = await sign({ service: 'gateway', roles: [] });
  return {
    url,
    database: system.travelDatabase,
    writer: openCatalogueWriter(system.travelDatabase),
    ask: <Data = Record<string, unknown>>(query: string, variables = {}): Promise<Answer<Data>> =>
      ask(url, query, { variables, headers: { authorization } }),
    /** Every command that the service has sent to its database, as `find homestays`. */
    async commands(): Promise<string[]> {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      const counted = metrics.matchAll(
        /^mongodb_commands_total\{command="(\w+)",collection="(\w+)"\} (\d+)$/gm,
      );
      return [...counted].flatMap(([, command, collection, count]) =>
        Array<string>(Number(count)).fill(`${command} ${collection}`),
      );
    },
    stop: system.stop,
  };
}

/**
 * Answers travel's question in the order service's place, over HTTP, as the order service's schema
 * says.
 */
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
    serviceSecret: secrets.SERVICE_SECRET,
    ready: {},
    log: createLog('test', 'silent'),
  });
