import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { callerSigner } from '../runtime/caller.ts';

/**
 * A process of its own: @apollo/server and @apollo/gateway as they come, in front of the same
 * subgraphs, for one user.
 */
process.env.APOLLO_TELEMETRY_DISABLED = 'true';
const { PORT, SERVICE_SECRET = '', USER_ID = '', ...env } = process.env;
const urls: Record<string, string | undefined> = {
  travel: env.TRAVEL_URL,
  order: env.ORDER_URL,
  payment: env.PAYMENT_URL,
};
const sign = callerSigner(SERVICE_SECRET);

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'),
  buildService: ({ name }) =>
    new RemoteGraphQLDataSource({
      url: `${urls[name]}/graphql`,
      willSendRequest: async ({ request }) => {
        request.http?.headers.set(
          'authorization',
          await sign({ service: 'gateway', userId: USER_ID, roles: [] }),
        );
      },
    }),
});
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { port: Number(PORT) },
});
console.log(`ready ${url}`);
