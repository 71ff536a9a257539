import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core/index.js';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions/index.js';
import { createFetchMultipartSubscription } from '@apollo/client/utilities/subscriptions/relay/index.js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchExchange, subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import relay from 'relay-runtime';
import { eventually } from '../../testing/eventually.ts';
import {
  type LiveSystem,
  orderChanged,
  startLiveSystem,
} from '../../testing/gateway/live-system.ts';
import { socketClient } from '../../testing/socket-client.ts';
import { token } from '../../testing/tokens.ts';

let system: LiveSystem;
beforeAll(async () => {
  system = await startLiveSystem();
});
afterAll(() => system?.stop());

const authorized = async () => ({ authorization: `Bearer ${await token()}` });
const graphql = () => `${system.url}/graphql`;

type Leave = () => void;
/** How a frontend's client subscribes. Calls `next` with the data of each result. */
type Subscribe = (variables: { sn: string }, next: (data: unknown) => void) => Promise<Leave>;

const apolloOver =
  (link: ApolloClient.Options['link']): Subscribe =>
  async (variables, next) => {
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const observed = client
      .subscribe({ query: gql(orderChanged), variables })
      .subscribe(({ data }) => next(data));
    return () => {
      observed.unsubscribe();
      client.stop();
    };
  };

const urqlOver =
  (client: UrqlClient): Subscribe =>
  async (variables, next) => {
    const { unsubscribe } = client
      .subscription(orderChanged, variables)
      .subscribe(({ data }) => next(data));
    return unsubscribe;
  };

const clients: Record<string, () => Promise<{ subscribe: Subscribe; dispose?: () => unknown }>> = {
  'Apollo Client over multipart': async () => {
    const headers = await authorized();
    return { subscribe: apolloOver(new HttpLink({ uri: graphql(), headers })) };
  },
  'Apollo Client over a WebSocket': async () => {
    const client = await socketClient(system.url);
    return { subscribe: apolloOver(new GraphQLWsLink(client)), dispose: () => client.dispose() };
  },
  'urql over server-sent events': async () => {
    const headers = await authorized();
    const exchanges = [fetchExchange];
    const options = {
      url: graphql(),
      exchanges,
      fetchSubscriptions: true,
      fetchOptions: { headers },
      preferGetMethod: false,
    };
    return { subscribe: urqlOver(new UrqlClient(options)) };
  },
  'urql over a WebSocket': async () => {
    const client = await socketClient(system.url);
    const overSocket = subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe: (sink) => ({
          unsubscribe: client.subscribe({ query, variables: variables ?? {} }, sink as never),
        }),
      }),
    });
    const options = { url: graphql(), exchanges: [overSocket], preferGetMethod: false as const };
    return { subscribe: urqlOver(new UrqlClient(options)), dispose: () => client.dispose() };
  },
  'Relay over multipart': async () => {
    const subscribe = createFetchMultipartSubscription(graphql(), { headers: await authorized() });
    const network = relay.Network.create(
      () => Promise.reject(new Error('no query')),
      subscribe as never,
    );
    const request = {
      name: 'Watch',
      operationKind: 'subscription',
      text: orderChanged.replace('subscription', 'subscription Watch'),
      id: null,
      cacheID: 'watch',
      metadata: {},
    };
    return {
      subscribe: async (variables, next) => {
        const execution = network.execute(request as never, variables, {});
        const { unsubscribe } = execution.subscribe({
          next: (result) => next((result as { data: unknown }).data),
        });
        return unsubscribe;
      },
    };
  },
  'graphql-ws': async () => {
    const client = await socketClient(system.url);
    const subscribe: Subscribe = async (variables, next) =>
      client.subscribe(
        { query: orderChanged, variables },
        { next: ({ data }) => next(data), error: next, complete: () => {} },
      );
    return { subscribe, dispose: () => client.dispose() };
  },
  'graphql-sse, a connection for each': () => overSse(false),
  'graphql-sse, one connection for all': () => overSse(true),
};

async function overSse(singleConnection: boolean) {
  const headers = await authorized();
  const client = createSseClient({
    url: `${graphql()}/stream`,
    singleConnection,
    headers,
    retryAttempts: 0,
  } as never);
  const subscribe: Subscribe = async (variables, next) =>
    client.subscribe(
      { query: orderChanged, variables },
      { next: ({ data }) => next(data), error: next, complete: () => {} },
    );
  return { subscribe, dispose: () => client.dispose() };
}

describe.each(Object.keys(clients))('%s', (name) => {
  test('gets the current state and then every change, of two orders at once', async () => {
    const { subscribe, dispose } = await (clients[name] as (typeof clients)[string])();
    const sns = [await system.placeOrder(), await system.placeOrder()];
    const seen: unknown[][] = [[], []];
    const leave = await Promise.all(
      sns.map((sn, index) => subscribe({ sn }, (data) => seen[index]?.push(data))),
    );
    await eventually(() => seen.every(({ length }) => length === 1));
    for (const sn of sns) await system.change(sn, 'PAID');
    await eventually(() => seen.every(({ length }) => length >= 2));
    for (const sn of sns) await system.change(sn, 'CHECKED_IN');
    await eventually(() => seen.every(({ length }) => length >= 3));
    for (const [index, sn] of sns.entries()) {
      const rest = { sn, homestay: { title: 'Homestay 1' }, payment: { state: 'SUCCESS' } };
      expect(seen[index]).toMatchObject(
        ['WAIT_PAY', 'WAIT_USE', 'USED'].map((state) => ({
          homestayOrderStateChanged: { ...rest, state },
        })),
      );
    }
    for (const one of leave) one();
    await dispose?.();
  });
});
