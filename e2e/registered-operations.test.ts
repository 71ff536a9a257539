import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApolloClient,
  ApolloLink,
  HttpLink,
  InMemoryCache,
  type OperationVariables,
} from '@apollo/client/core/index.js';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries/index.js';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions/index.js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fetchExchange, Client as UrqlClient } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { isInterfaceType } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient, type Sink, type SubscribePayload } from 'graphql-ws';
import WebSocket from 'ws';
import { freePort } from '../embedded/free-port.ts';
import { globalId } from '../runtime/global-id.ts';
import { contractOf } from '../schema/check/contract.ts';
import { clientsFolder, readClients } from '../schema/clients/read.ts';
import { readText, supergraphFile } from '../schema/subgraphs.ts';
import { clientPreset, type PresetDocument } from '../testing/client-preset.ts';
import { eventually } from '../testing/eventually.ts';
import { storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { ana, tokenOf } from '../testing/tokens.ts';

/*
 * An app was built with the code generator's client preset, and its manifest is published as it is.
 * A gateway that answers registered operations alone answers the real clients, which send ids alone.
 */
const app = `
  query AppStay($id: ID!) { homestay(id: $id) { id title ...AppPrice } }
  fragment AppPrice on Homestay { price { amount currency } }
  subscription AppLive($sn: ID!) { homestayOrderStateChanged(sn: $sn) { id state } }
  mutation AppCancel($input: CancelHomestayOrderInput!) {
    cancelHomestayOrder(input: $input) {
      ... on HomestayOrder { id state }
      ... on Refused { code message }
    }
  }
`;

let system: TestSystem;
let folder: string;
let gateway: string;
let authorization: string;
let documents: Record<string, PresetDocument>;
/** What clients have sent, whichever way. */
let sent: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clients-'));
  const preset = await clientPreset(app);
  documents = preset.documents;
  await writeFile(join(folder, 'app@1.0.json'), preset.manifest);
  const release = { file: `${clientsFolder}/app@1.0.json`, text: preset.manifest };
  const { operations, errors } = readClients([release]);
  expect(errors).toEqual([]);
  expect(operations.map(({ name }) => name).sort()).toEqual(['AppCancel', 'AppLive', 'AppStay']);

  system = await startTestSystem({ homestays: 1 });
  const port = await freePort();
  await system.startCopy('gateway', {
    PERSISTED_OPERATIONS: 'required',
    PERSISTED_OPERATIONS_RELEASES: folder,
    PUBLIC_CACHE_FOR: '30s',
    PORT: `${port}`,
  });
  gateway = `http://127.0.0.1:${port}/graphql`;
  authorization = `Bearer ${await tokenOf(ana)}`;
}, 60_000);
afterAll(async () => {
  await system?.stop();
  await rm(folder, { recursive: true });
});

const idOf = (document: unknown) => (document as PresetDocument).__meta__.hash;
const documentOf = (name: string) => documents[name] as PresetDocument;

/** `fetch` that keeps what was sent. */
const watched: typeof fetch = (url, options) => {
  sent.push(decodeURIComponent(String(url)) + String(options?.body ?? ''));
  return fetch(url, options);
};

type Subscriber = { subscribe(payload: SubscribePayload, sink: Sink): () => void };
/** Sends the id alone, as the README of the schema says. */
const byId = <Client extends Subscriber>(client: Client) => ({
  subscribe: (payload: SubscribePayload, sink: Sink) => {
    const idAlone = { ...payload, query: '' };
    sent.push(JSON.stringify(idAlone));
    return client.subscribe(idAlone, sink);
  },
});

const socket = () =>
  createSocketClient({
    url: gateway.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
  });
const stream = () => createSseClient({ url: gateway, headers: { authorization } });

/** As the README of the schema gives them. */
function possibleTypes(): Record<string, string[]> {
  const [, text = ''] = /possibleTypes: (\{.*?\n {2}\})/s.exec(readText('schema/README.md')) ?? [];
  return new Function(`return ${text}`)();
}

const apolloWith = (last: ApolloLink) =>
  new ApolloClient({
    cache: new InMemoryCache({ possibleTypes: possibleTypes() }),
    link: ApolloLink.from([
      new PersistedQueryLink({ generateHash: idOf, useGETForHashedQueries: true }),
      last,
    ]),
  });
const apolloOverHttp = () =>
  apolloWith(new HttpLink({ uri: gateway, headers: { authorization }, fetch: watched }));
const urql = (options: object = { headers: { authorization } }) =>
  new UrqlClient({
    url: gateway,
    exchanges: [
      persistedExchange({
        enableForMutation: true,
        enableForSubscriptions: true,
        generateHash: async (_, document) => idOf(document),
      }),
      fetchExchange,
    ],
    fetchSubscriptions: true,
    fetchOptions: options,
    preferGetMethod: false,
    fetch: watched,
  });

type Live = { homestayOrderStateChanged?: { state: string } };
type Show = (state: string | undefined) => void;
const apolloLive = (client: ApolloClient) => (sn: string, show: Show) => {
  const listening = client
    .subscribe<Live>({ query: documentOf('AppLive'), variables: { sn } })
    .subscribe(({ data, error }) => show(error?.message ?? data?.homestayOrderStateChanged?.state));
  return () => {
    listening.unsubscribe();
    client.stop();
  };
};

const ways: Record<string, (sn: string, show: Show) => () => void> = {
  'Apollo Client over a WebSocket': (sn, show) =>
    apolloLive(apolloWith(new GraphQLWsLink(byId(socket()) as never)))(sn, show),
  'Apollo Client over server-sent events': (sn, show) =>
    apolloLive(apolloWith(new GraphQLWsLink(byId(stream() as Subscriber) as never)))(sn, show),
  'Apollo Client over HTTP, in parts': (sn, show) => apolloLive(apolloOverHttp())(sn, show),
  'urql over server-sent events': (sn, show) =>
    urql()
      .subscription<Live>(documentOf('AppLive'), { sn })
      .subscribe(({ data, error }) =>
        show(error?.message ?? data?.homestayOrderStateChanged?.state),
      ).unsubscribe,
  'graphql-ws': (sn, show) =>
    byId(socket()).subscribe(
      {
        query: '',
        extensions: { persistedQuery: { version: 1, sha256Hash: idOf(documentOf('AppLive')) } },
        variables: { sn },
      },
      {
        next: ({ data }) => show((data as Live | undefined)?.homestayOrderStateChanged?.state),
        error: (error) => show(JSON.stringify(error)),
        complete: () => {},
      },
    ),
};

test('the README of the schema tells Apollo Client which types each interface covers', () => {
  const { api } = contractOf(readText(supergraphFile));
  const interfaces = Object.values(api.getTypeMap()).filter(isInterfaceType);
  const covered = interfaces.map((type) => [
    type.name,
    api
      .getPossibleTypes(type)
      .map(({ name }) => name)
      .sort(),
  ]);
  expect(possibleTypes()).toEqual(Object.fromEntries(covered));
});

test('a registered subscription is live by its id alone, with every client and over every transport', async () => {
  const story = storyOf(system);
  const { sn } = await story.place();
  const seen: Record<string, unknown[]> = {};
  sent = [];
  const leave = Object.entries(ways).map(([way, listen]) => {
    const states: unknown[] = [];
    seen[way] = states;
    return listen(sn, (state) => states.push(state));
  });
  try {
    await eventually(() => Object.values(seen).every((states) => states.length > 0));
    await story.cancel(sn);
    await eventually(() => Object.values(seen).every((states) => states.length > 1));
  } finally {
    for (const stop of leave) stop();
  }
  const states = ['WAIT_PAY', 'CANCELLED'];
  expect(seen).toEqual(Object.fromEntries(Object.keys(ways).map((way) => [way, states])));
  expect(sent).toHaveLength(Object.keys(ways).length);
  expect(sent.filter((request) => request.includes('homestayOrderStateChanged'))).toEqual([]);
});

const stay = { id: globalId('Homestay', 'home-0') };

test('a registered query and mutation are answered by their ids alone', async () => {
  sent = [];
  const apollo = apolloOverHttp();
  const asked = { query: documentOf('AppStay'), variables: stay };
  type Data = { homestay: { title: string; price: { amount: number } } };
  const { data } = await apollo.query<Data, OperationVariables>(asked);
  expect(data?.homestay).toMatchObject({ id: stay.id, price: { currency: 'CNY' } });

  const { sn } = await storyOf(system).place();
  const input = { orderSn: sn };
  const cancelled = await urql().mutation(documentOf('AppCancel'), { input }).toPromise();
  expect(cancelled.error).toBeUndefined();
  expect(cancelled.data?.cancelHomestayOrder).toMatchObject({ state: 'CANCELLED' });
  const again = await apollo.mutate({
    mutation: documentOf('AppCancel'),
    variables: { input: { orderSn: 'HSO1' } },
  });
  expect(again.data).toMatchObject({ cancelHomestayOrder: { code: 'ORDER_UNKNOWN' } });
  apollo.stop();
  expect(sent).toHaveLength(3);
  expect(sent.filter((request) => /homestay\(|cancelHomestayOrder\(/.test(request))).toEqual([]);
});

test.each([
  'extensions',
  'documentId',
])('a registered query may be asked by GET, by its id as `%s`, and a cache may keep what is public', async (way) => {
  const hash = idOf(documentOf('AppStay'));
  const persistedQuery = { version: 1, sha256Hash: hash };
  const search = new URLSearchParams({
    variables: JSON.stringify(stay),
    ...(way === 'documentId'
      ? { documentId: hash }
      : { extensions: JSON.stringify({ persistedQuery }) }),
  });
  const get = (headers: object) =>
    fetch(`${gateway}?${search}`, {
      headers: { 'apollo-require-preflight': 'true', ...headers },
    });
  const answered = await get({});
  expect((await answered.json()).data.homestay.id).toBe(stay.id);
  expect(answered.headers.get('cache-control')).toBe('public, max-age=30');
  expect((await get({ authorization })).headers.get('cache-control')).toBe('no-store');
});
