import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApolloClient,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
} from '@apollo/client/core/index.js';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries/index.js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fetchExchange, Client as UrqlClient } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { readOperations } from '../../schema/operations.ts';
import { persistedQueryManifest } from '../../schema/persisted-queries.ts';
import {
  startTestGateway,
  startTestSystem,
  type TestSystem,
} from '../../testing/gateway/small-system.ts';

const text = 'query Title($id: ID!) { homestay(id: $id) { title } }';
const manifest = persistedQueryManifest(
  readOperations([{ file: 'title.graphql', text }]).operations,
);
const [{ id, body }] = JSON.parse(manifest).operations;

let folder: string;
let system: TestSystem & { stop: () => Promise<unknown> };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'persisted-'));
  const file = join(folder, 'manifest.json');
  await writeFile(file, manifest);
  system = await startTestSystem({
    PERSISTED_OPERATIONS: 'required',
    PERSISTED_OPERATIONS_FILE: file,
  });
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

const send = async (request: object, path = '/graphql', method = 'POST') => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${system.url}${path}`, {
    method,
    headers,
    ...(method === 'POST' ? { body: JSON.stringify(request) } : {}),
  });
  const { data, errors } = await response.json();
  return {
    status: response.status,
    title: data?.homestay?.title,
    code: errors?.[0].extensions.code,
  };
};
const byId = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
const variables = { id: '1' };

test('a registered operation is answered by its id, by its text, and by both', async () => {
  const answered = { status: 200, title: 'Homestay 1', code: undefined };
  expect(await send({ extensions: byId(id), variables })).toEqual(answered);
  expect(await send({ query: body, variables })).toEqual(answered);
  expect(await send({ query: body, extensions: byId(id), variables })).toEqual(answered);
  const search = new URLSearchParams({
    extensions: JSON.stringify(byId(id)),
    variables: JSON.stringify(variables),
  });
  expect(await send({}, `/graphql?${search}`, 'GET')).toEqual(answered);
});

test('a text laid out in another way is charged by its length, for it is read each time', async () => {
  const leftAfter = async (query: string) => {
    const headers = { 'content-type': 'application/json' };
    const asked = { method: 'POST', headers, body: JSON.stringify({ query, variables }) };
    const response = await fetch(`${system.url}/graphql`, asked);
    expect((await response.json()).data.homestay.title).toBe('Homestay 1');
    return Number(/r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]);
  };
  const left = [];
  for (const query of [body, body, `${body}${'#\n'.repeat(4_000)}`])
    left.push(await leftAfter(query));
  const [first, second, third] = left as [number, number, number];
  const more = Math.ceil((body.length + 8_000) / 100);
  expect(second - third).toBe(first - second + more);
});

test('an id may come as the `documentId` of GraphQL over HTTP', async () => {
  const answered = { status: 200, title: 'Homestay 1', code: undefined };
  expect(await send({ documentId: id, variables })).toEqual(answered);
  expect(await send({ documentId: id, query: '', variables })).toEqual(answered);
  const search = new URLSearchParams({ documentId: id, variables: JSON.stringify(variables) });
  expect(await send({}, `/graphql?${search}`, 'GET')).toEqual(answered);
  expect((await send({ documentId: 'other', variables })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect((await send({ documentId: 7, variables })).code).toBe('BAD_REQUEST');
});

test('an id asked for again is answered the same, and with another version of the protocol refused the same', async () => {
  const answered = { status: 200, title: 'Homestay 1', code: undefined };
  for (let time = 0; time < 3; time += 1)
    expect(await send({ extensions: byId(id), variables })).toEqual(answered);
  const wrong = { persistedQuery: { version: 2, sha256Hash: id } };
  expect((await send({ extensions: wrong, variables })).title).toBeUndefined();
});

test('an id that is not registered is not found, and sending the text with it does not register it', async () => {
  const unknown = { query: '{ homestays { totalCount } }' };
  const hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  expect((await send({ extensions: byId(hash) })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect((await send({ ...unknown, extensions: byId(hash) })).code).toBe(
    'PERSISTED_QUERY_REQUIRED',
  );
  expect((await send({ extensions: byId(hash) })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
});

test.each([
  ['laid out in another way', text.replaceAll(' {', '\n{')],
  ['without `__typename`', text],
])('a registered operation is answered %s, and then by the hash of that', async (_how, query) => {
  const title = 'Homestay 1';
  const hash = createHash('sha256').update(query).digest('hex');
  expect(await send({ query, variables })).toMatchObject({ title });
  expect((await send({ extensions: byId(hash), variables })).code).toBe(
    'PERSISTED_QUERY_NOT_FOUND',
  );
  expect(await send({ query, extensions: byId(hash), variables })).toMatchObject({ title });
  expect(await send({ extensions: byId(hash), variables })).toMatchObject({ title });
  expect(await send({ query: '', extensions: byId(hash), variables })).toMatchObject({ title });
});

test('urql’s exchange works with it by its default hash, and then sends nothing but that', async () => {
  const sent: string[] = [];
  const client = new UrqlClient({
    url: `${system.url}/graphql`,
    exchanges: [persistedExchange(), fetchExchange],
    fetchOptions: { headers: { 'apollo-require-preflight': 'true' } },
    preferGetMethod: true,
    fetch: (url, options) => {
      sent.push(decodeURIComponent(String(url)) + String(options?.body ?? ''));
      return fetch(url, options);
    },
  });
  for (let time = 0; time < 2; time += 1) {
    const { data, error } = await client
      .query(text, variables, { requestPolicy: 'network-only' })
      .toPromise();
    expect(error).toBeUndefined();
    expect(data?.homestay?.title).toBe('Homestay 1');
  }
  expect(sent.map((request) => /query[=":]+\s*query/.test(request))).toEqual([false, true, false]);
  expect(sent.at(-1)).toContain('sha256Hash');
});

test.each([
  '{ __typename }',
  'query Title($id: ID!) { homestay(id: $id) { title id } }',
  'query Title($id: ID!) { homestay(id: $id) { name: title } }',
  'query Title($id: ID!) { homestay(id: $id) { title @skip(if: true) } }',
  'query Title($id: ID!) { __typename homestay(id: $id) { title } }',
  'query Title($id: ID = "1") { homestay(id: $id) { title } }',
  'query Title(',
])('%s is another operation, and refused', async (query) => {
  expect((await send({ query, variables })).code).toBe('PERSISTED_QUERY_REQUIRED');
});

test('a hash of another text is refused', async () => {
  expect(
    (await send({ query: body, extensions: byId('0'.repeat(64)), variables })).title,
  ).toBeUndefined();
});

test('Apollo Client’s link works with it, and sends nothing but the id', async () => {
  const sent: string[] = [];
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([
      new PersistedQueryLink({
        sha256: (query) => createHash('sha256').update(query).digest('hex'),
      }),
      new HttpLink({
        uri: `${system.url}/graphql`,
        fetch: (url, options) => {
          sent.push(String(options?.body));
          return fetch(url, options);
        },
      }),
    ]),
  });
  const { data } = await client.query({ query: gql(text), variables });
  expect(data).toEqual({ homestay: { __typename: 'Homestay', title: 'Homestay 1' } });
  expect(sent.map((request) => JSON.parse(request))).toEqual([
    expect.objectContaining({ extensions: expect.objectContaining(byId(id)) }),
  ]);
  expect(sent[0]).not.toContain('"query"');
  const unregistered = client.query({ query: gql('query Other { homestays { totalCount } }') });
  await expect(unregistered).rejects.toThrow('Only operations that are registered');
  client.stop();
});

test('a gateway that requires registered operations does not start without them', async () => {
  const given = {
    PERSISTED_OPERATIONS: 'required',
    PERSISTED_OPERATIONS_FILE: join(folder, 'none.json'),
  };
  await expect(startTestGateway(given)).rejects.toThrow('none.json');
});
