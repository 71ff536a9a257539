import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { withoutRights } from '../../testing/gateway/without-rights.ts';

/**
 * A process of its own: @apollo/server and @apollo/gateway as they come, in front of the same
 * subgraphs, for one user.
 */
process.env.APOLLO_TELEMETRY_DISABLED = 'true';
const { PORT, AUTHORIZATION: authorization = '', ...env } = process.env;
const urls: Record<string, string | undefined> = {
  travel: env.TRAVEL_URL,
  order: env.ORDER_URL,
  payment: env.PAYMENT_URL,
};

const gateway = new ApolloGateway({
  supergraphSdl: withoutRights(
    readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
  ),
  buildService: ({ name }) =>
    new RemoteGraphQLDataSource({
      url: `${urls[name]}/graphql`,
      willSendRequest: ({ request }) => {
        request.http?.headers.set('authorization', authorization);
      },
    }),
});
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { port: Number(PORT) },
});
console.log(`ready ${url}`);
