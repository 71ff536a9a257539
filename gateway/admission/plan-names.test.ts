import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { startGatewayOfResolvers } from '../../testing/gateway/resolved-subgraphs.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';

const sdls = {
  stays: `
    type Query { stay: Stay stays: [Stay] @listSize(assumedSize: 2) }
    type Stay @key(fields: "id") {
      id: ID! title: String size: Int broken: String
      comments(limit: Int): [String] @listSize(assumedSize: 5)
      beds(atLeast: Int): Int
    }`,
  ratings: `
    type Stay @key(fields: "id") {
      id: ID! size: Int @external comments(limit: Int): [String] @external
      beds(atLeast: Int): Int @external
      room: Int @requires(fields: "size")
      guests: Int @requires(fields: "beds")
      mood: String @requires(fields: "comments(limit: 3)")
      rated: String
    }`,
};
type Stay = { id: string; size: number; beds: number; comments: string[] };
const stay = (id: string) => ({
  id,
  title: `title ${id}`,
  size: 40,
  beds: ({ atLeast = 2 }) => atLeast,
  comments: ({ limit = 5 }) => ['a', 'b', 'c', 'd', 'e'].slice(0, limit),
  broken: () => {
    throw new Error('broken');
  },
});
const resolvers = {
  stays: {
    Query: { stay: () => stay('1'), stays: () => [stay('1'), stay('2')] },
    Stay: { __resolveReference: ({ id }: Stay) => stay(id) },
  },
  ratings: {
    Stay: {
      __resolveReference: (of: Stay) => of,
      room: ({ size }: Stay) => size / 2,
      guests: ({ beds }: Stay) => beds * 2,
      mood: ({ comments }: Stay) => comments.join(''),
      rated: ({ id }: Stay) => `rated ${id}`,
    },
  },
};

let url: string;
let stop: () => Promise<unknown>;
beforeAll(async () => {
  ({ url, stop } = await startGatewayOfResolvers(sdls, resolvers));
});
afterAll(() => stop());

/** What clients ask for, under names that plans use for keys and required fields. */
const cases: [query: string, stay: object][] = [
  ['{ stay { comments(limit: 1) mood } }', { comments: ['a'], mood: 'abc' }],
  ['{ stay { comments mood } }', { comments: ['a', 'b', 'c', 'd', 'e'], mood: 'abc' }],
  ['{ stay { comments: title mood } }', { comments: 'title 1', mood: 'abc' }],
  ['{ stay { beds(atLeast: 7) guests } }', { beds: 7, guests: 4 }],
  ['{ stay { size: title room } }', { size: 'title 1', room: 20 }],
  ['{ stay { id: title rated } }', { id: 'title 1', rated: 'rated 1' }],
  ['{ stay { id: title x: id rated } }', { id: 'title 1', x: '1', rated: 'rated 1' }],
  ['{ stay { __typename: title rated } }', { __typename: 'title 1', rated: 'rated 1' }],
  [
    '{ stay { ...F id: title ... on Stay { id: title rated } } } fragment F on Stay { size: id }',
    { size: '1', id: 'title 1', rated: 'rated 1' },
  ],
  [
    '{ stay { id_asked0: id id: title rated } }',
    { id_asked0: '1', id: 'title 1', rated: 'rated 1' },
  ],
];

test.each(cases)('each field is its own, and plans have theirs: %s', async (query, expected) => {
  const { data, errors } = await ask<{ stay: object }>(url, query);
  expect([data, errors]).toEqual([{ stay: expected }, undefined]);
});

test('it is so over a WebSocket, and errors and parts have the names of the client too', async () => {
  const query = '{ id: stays { size: broken id: title rated } }';
  const client = await socketClient(url);
  const watched = watch(client, { query });
  await eventually(() => watched.completed);
  await client.dispose();
  expect(watched.results).toMatchObject([
    {
      data: { id: [{ size: null, id: 'title 1', rated: 'rated 1' }, { id: 'title 2' }] },
      errors: [{ path: ['id', 0, 'size'] }, { path: ['id', 1, 'size'] }],
    },
  ]);
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed' },
    body: JSON.stringify({ query: '{ id: stay { id: title ... @defer { size: broken rated } } }' }),
  });
  const [, first, second] = (await body.text()).split('\r\n---');
  expect(first).toContain('{"data":{"id":{"id":"title 1"}},"hasNext":true}');
  expect(second).toContain('"path":["id"],"data":{"size":null,"rated":"rated 1"}');
  expect(second).toContain('"path":["id","size"]');
});
