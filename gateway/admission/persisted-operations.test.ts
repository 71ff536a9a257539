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

test('a text that is not registered is refused, however little it differs', async () => {
  expect((await send({ query: '{ __typename }' })).code).toBe('PERSISTED_QUERY_REQUIRED');
  expect((await send({ query: `${body} `, variables })).code).toBe('PERSISTED_QUERY_REQUIRED');
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
