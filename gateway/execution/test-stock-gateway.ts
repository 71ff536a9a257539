import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { callerSigner } from '../../runtime/caller.ts';
import { maskErrors } from '../../runtime/errors.ts';
import { createLog } from '../../runtime/log.ts';
import { serviceSecret, testSettings } from '../test-system.ts';

/** @apollo/server and @apollo/gateway as they come, but for the masking of errors: what our answers are compared with. */
export async function startStockGateway(urls: Record<string, string>) {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const log = createLog('test', 'silent');
  const sign = callerSigner(serviceSecret);
  const gateway = new ApolloGateway({
    supergraphSdl: readFileSync(testSettings().SUPERGRAPH_FILE, 'utf8'),
    logger: log,
    buildService: ({ name }) =>
      new RemoteGraphQLDataSource({
        url: `${urls[name]}/graphql`,
        willSendRequest: async ({ request }) => {
          request.http?.headers.set('authorization', await sign({ service: 'gateway', roles: [] }));
        },
      }),
  });
  const server = new ApolloServer({
    gateway,
    formatError: maskErrors(log),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: log,
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0 } });
  return { url: url.replace(/\/$/, ''), stop: () => server.stop() };
}
