import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core/index.js';
import { createFetchMultipartSubscription } from '@apollo/client/utilities/subscriptions/relay/index.js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fetchExchange, Client as UrqlClient } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import relay from 'relay-runtime';
import { globalId } from '../runtime/global-id.ts';
import { eventually } from '../testing/eventually.ts';
import { compileRelay, type RelayArtifact } from '../testing/relay-artifacts.ts';
import { storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { ana, tokenOf } from '../testing/tokens.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ homestays: 1 });
});
afterAll(() => system?.stop());

const page = 'query Page($sn: ID!) { homestayOrder(sn: $sn) { id sn state } }';
const live = 'subscription Live($sn: ID!) { homestayOrderStateChanged(sn: $sn) { id state } }';

type Headers = { authorization?: string };
type Client = {
  /** Shows an order by a query, and listens to its changes by a subscription. */
  open(sn: string, show: (state: string | undefined) => void): Promise<() => void>;
};

const apollo = (url: string, headers: Headers): Client => ({
  async open(sn, show) {
    const client = new ApolloClient({
      link: new HttpLink({ uri: url, headers }),
      cache: new InMemoryCache(),
    });
    type Data = { homestayOrder: { state: string } };
    const reading = client
      .watchQuery<Data>({ query: gql(page), variables: { sn } })
      .subscribe(({ data }) => show((data as Data | undefined)?.homestayOrder.state));
    const listening = client.subscribe({ query: gql(live), variables: { sn } }).subscribe({});
    return () => {
      listening.unsubscribe();
      reading.unsubscribe();
      client.stop();
    };
  },
});

const urql = (url: string, headers: Headers): Client => ({
  async open(sn, show) {
    const client = new UrqlClient({
      url,
      exchanges: [cacheExchange({}), fetchExchange],
      fetchSubscriptions: true,
      fetchOptions: { headers },
      preferGetMethod: false,
    });
    const reading = client
      .query(page, { sn })
      .subscribe(({ data }) => show(data?.homestayOrder?.state));
    const listening = client.subscription(live, { sn }).subscribe(() => {});
    return () => {
      listening.unsubscribe();
      reading.unsubscribe();
    };
  },
});

const relayRuntime = (url: string, headers: Headers): Client => ({
  async open(sn, show) {
    const artifacts = await compileRelay({
      AppPageQuery: page.replace('Page', 'AppPageQuery'),
      AppLiveSubscription: live.replace('Live', 'AppLiveSubscription'),
    });
    const environment = relayEnvironment(url, headers);
    const query = artifacts.AppPageQuery as RelayArtifact;
    const descriptor = relay.createOperationDescriptor(query as never, { sn });
    const retained = environment.retain(descriptor);
    const shown = () => {
      const data = environment.lookup(descriptor.fragment).data as unknown as {
        homestayOrder?: { state: string };
      };
      show(data?.homestayOrder?.state);
    };
    await relay.fetchQuery(environment, query as never, { sn }).toPromise();
    shown();
    const reading = environment.subscribe(environment.lookup(descriptor.fragment), shown);
    const listening = relay.requestSubscription(environment, {
      subscription: artifacts.AppLiveSubscription as never,
      variables: { sn },
    });
    return () => {
      listening.dispose();
      reading.dispose();
      retained.dispose();
    };
  },
});

function relayEnvironment(url: string, headers: Headers) {
  const send = async ({ text }: { text: string | null }, variables: object) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: text, variables }),
    });
    return response.json();
  };
  const subscribe = createFetchMultipartSubscription(url, { headers });
  return new relay.Environment({
    network: relay.Network.create(send as never, subscribe as never),
    store: new relay.Store(new relay.RecordSource()),
  });
}

test.each([
  ['Apollo Client’s InMemoryCache', apollo],
  ['urql’s graphcache', urql],
  ['Relay’s store', relayRuntime],
])('%s, as it comes, shows a live change in the query that is on screen', async (_name, made) => {
  const story = storyOf(system);
  const { sn } = await story.place();
  const client = made(`${system.urls.gateway}/graphql`, {
    authorization: `Bearer ${await tokenOf(ana)}`,
  });
  const shown: string[] = [];
  const close = await client.open(sn, (state) => {
    if (state && state !== shown.at(-1)) shown.push(state);
  });
  try {
    await eventually(() => shown.at(-1) === 'WAIT_PAY');
    await story.cancel(sn);
    await eventually(() => shown.at(-1) === 'CANCELLED');
  } finally {
    close();
  }
  expect(shown).toEqual(['WAIT_PAY', 'CANCELLED']);
});

test('Relay pages a homestay’s comments by the query of their refetchable fragment', async () => {
  const comments = system.databases.travel.collection<{ _id: string }>('comments');
  for (const n of [1, 2, 3])
    await comments.insertOne({
      ...{ _id: `c${n}`, homestayId: 'home-0', author: 'Ana', stars: 5, content: `Comment ${n}` },
      createdAt: new Date(2026, 0, n),
    } as never);
  const artifacts = await compileRelay(
    {
      AppHomestayQuery:
        'query AppHomestayQuery($id: ID!) { homestay(id: $id) { ...App_comments } }',
      App_comments: `fragment App_comments on Homestay
        @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
        @refetchable(queryName: "AppCommentsQuery") {
          comments(first: $count, after: $cursor) @connection(key: "App_comments") {
            edges { node { content } } } }`,
    },
    ['AppCommentsQuery'],
  );
  const environment = relayEnvironment(`${system.urls.gateway}/graphql`, {});
  const ask = (name: string, variables: object) =>
    relay.fetchQuery(environment, artifacts[name] as never, variables).toPromise();
  const page = relay.createOperationDescriptor(artifacts.AppHomestayQuery as never, {
    id: 'home-0',
  });
  const retained = environment.retain(page);
  await ask('AppHomestayQuery', { id: 'home-0' });
  type Shown = {
    edges: { node: { content: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
  const shown = (): Shown => {
    const { homestay } = environment.lookup(page.fragment).data as never as { homestay: never };
    const selector = relay.getSingularSelector(artifacts.App_comments as never, homestay);
    return (environment.lookup(selector as never).data as never as { comments: Shown }).comments;
  };
  const contents = () => shown().edges.map(({ node }) => node.content);
  expect(contents()).toEqual(['Comment 3', 'Comment 2']);
  expect(shown().pageInfo.hasNextPage).toBe(true);

  const id = globalId('Homestay', 'home-0');
  await ask('AppCommentsQuery', { id, count: 2, cursor: shown().pageInfo.endCursor });
  expect(contents()).toEqual(['Comment 3', 'Comment 2', 'Comment 1']);
  expect(shown().pageInfo.hasNextPage).toBe(false);
  retained.dispose();
});
