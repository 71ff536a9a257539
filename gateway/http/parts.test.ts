import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client, fetchExchange } from '@urql/core';
import { request } from 'undici';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { acceptsParts } from './parts.ts';

const staySdl = `
  type Query { stays: [Stay!] stay: Stay }
  type Stay @key(fields: "id") { id: ID! title: String city: String }
`;
const reviewSdl = `
  type Stay @key(fields: "id") {
    id: ID! stars: Int must: Int! note: Note secret: String @authenticated
  }
  type Note { text: String by: String! }
`;
const stay = (id: string) => ({ __typename: 'Stay', id, title: `Stay ${id}`, city: 'Porto' });

let reviews: (id: string) => object | null;
/** What else is in the answer of the reviews. */
let beside: { errors?: object[] };
let begun = 0;
let broken = 0;
let release = () => {};
let released: Promise<void>;
let url: string;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  reviews = (id) => ({
    __typename: 'Stay',
    stars: Number(id),
    must: 1,
    note: { __typename: 'Note', text: `Note ${id}`, by: 'Ana' },
  });
  [begun, broken] = [0, 0];
  beside = {};
  released = new Promise((resolve) => {
    release = resolve;
  });
});

beforeAll(async () => {
  const stays = await startRawSubgraph(({ variables: { representations } }) => {
    if (representations)
      return JSON.stringify({
        data: { _entities: representations.map(({ id }) => stay(String(id))) },
      });
    return JSON.stringify({ data: { stays: [stay('1'), stay('2')], stay: stay('1') } });
  });
  const slow = await startRawSubgraph(async ({ variables }, response) => {
    begun += 1;
    response.on('close', () => {
      if (!response.writableFinished) broken += 1;
    });
    await released;
    const entities = variables.representations?.map(({ id }) => reviews(String(id)));
    return JSON.stringify({ data: { _entities: entities }, ...beside });
  });
  const gateway = await startGatewayOf([
    { name: 'stays', url: stays.url, sdl: staySdl },
    { name: 'reviews', url: slow.url, sdl: reviewSdl },
  ]);
  stops.push(stays.stop, slow.stop, gateway.stop);
  url = gateway.url;
});
afterAll(async () => {
  release();
  await Promise.all(stops.map((stop) => stop()));
});

const query =
  'query Stays { stays { id title ... @defer(label: "stars") { stars note { text } } } }';
const whole = {
  stays: ['1', '2'].map((id) => ({
    id,
    title: `Stay ${id}`,
    stars: Number(id),
    note: { text: `Note ${id}` },
  })),
};
type Seen = { data: unknown; errors?: unknown };

/** All parts of an answer, as they are written. */
async function partsOf(of: string, variables?: object) {
  const { headers, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;deferSpec=20220824, application/json',
    },
    body: JSON.stringify({ query: of, variables }),
  });
  const text = await body.text();
  const parts = text
    .split('\r\n---')
    .slice(1, -1)
    .map((part) => JSON.parse(part.split('\r\n\r\n')[1] as string));
  return { type: String(headers['content-type']), parts };
}

test('Apollo Client shows the first part before the rest is there, and all of it then', async () => {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: `${url}/graphql` }),
    incrementalHandler: new Defer20220824Handler(),
  });
  const seen: Seen[] = [];
  const watched = client.watchQuery({ query: gql(query), errorPolicy: 'all' });
  const subscription = watched.subscribe(({ data }) => seen.push({ data }));
  await eventually(() => JSON.stringify(seen.at(-1)?.data ?? null).includes('Stay 1'));
  expect(JSON.stringify(seen)).not.toContain('Note 1');
  release();
  await eventually(() => JSON.stringify(seen.at(-1)?.data ?? null).includes('Note 2'));
  const plain = JSON.parse(
    JSON.stringify(seen.at(-1)?.data)
      .replaceAll(/"__typename":"\w+",?/g, '')
      .replaceAll(',}', '}'),
  );
  expect(plain).toEqual(whole);
  subscription.unsubscribe();
  client.stop();
});

test('urql does so too', async () => {
  const client = new Client({
    url: `${url}/graphql`,
    exchanges: [fetchExchange],
    preferGetMethod: false,
  });
  const seen: Seen[] = [];
  const { unsubscribe } = client.query(query, {}).subscribe(({ data }) => seen.push({ data }));
  await eventually(() => seen.length > 0);
  expect(JSON.stringify(seen[0])).not.toContain('Note 1');
  release();
  await eventually(() => JSON.stringify(seen.at(-1)).includes('Note 2'));
  expect(seen.at(-1)?.data).toEqual(whole);
  unsubscribe();
});

test('who does not read parts gets one answer', async () => {
  release();
  expect((await ask(url, query)).data).toEqual(whole);
});

test.each([
  ['multipart/mixed, application/json', true],
  [
    'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9',
    true,
  ],
  ['multipart/mixed;q=0.5, */*', true],
  ['multipart/mixed;q=0.1, application/json', false],
  ['application/graphql-response+json, multipart/mixed;deferSpec=20220824;q=0.9', false],
  ['multipart/mixed;q=0', false],
])('who accepts %s gets parts: %s', (accept, gets) => {
  expect(acceptsParts({ headers: { accept } })).toBe(gets);
});

test('parts have the label of the client and the path of their object', async () => {
  release();
  const { type, parts } = await partsOf(query);
  expect(type).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
  expect(parts).toEqual([
    {
      data: {
        stays: [
          { id: '1', title: 'Stay 1' },
          { id: '2', title: 'Stay 2' },
        ],
      },
      hasNext: true,
    },
    {
      incremental: [0, 1].map((i) => ({
        label: 'stars',
        path: ['stays', i],
        data: { stars: i + 1, note: { text: `Note ${i + 1}` } },
      })),
      hasNext: true,
    },
    { hasNext: false },
  ]);
});

test.each([
  ['{ stay { id ... @defer(if: false) { stars } } }', undefined],
  ['query($now: Boolean!) { stay { id ... @defer(if: $now) { stars } } }', { now: false }],
])('what is not deferred is one answer: %s', async (of, variables) => {
  release();
  const { headers } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed, application/json' },
    body: JSON.stringify({ query: of, variables }),
  });
  expect(headers['content-type']).toContain('application/json');
});

test('what is left out is no part, whatever leaves it out', async () => {
  release();
  for (const of of [
    'stay { id ... @defer @skip(if: $off) { stars } }',
    'stay { id ... @include(if: $on) { ... @defer { must } } }',
    'stay { id ... @defer { title ... @skip(if: true) { ... @defer { stars } } } }',
  ]) {
    const query = `query ($off: Boolean = true, $on: Boolean = false) {
      __typename @skip(if: $off) x: __typename @include(if: $on) ${of}
    }`;
    const { parts } = await partsOf(query);
    expect(JSON.stringify(parts)).not.toMatch(/stars|must/);
  }
});

test('what is deferred in a fragment that stands at two places is told once at each', async () => {
  release();
  const { parts } = await partsOf(
    '{ stay { ...S } stays { ...S } } fragment S on Stay { id ... @defer { stars } }',
  );
  const told = parts.flatMap(({ incremental = [] }) => incremental);
  expect(told.map(({ path }) => path.join()).sort()).toEqual(['stay', 'stays,0', 'stays,1']);
  for (const { data } of told) expect(data).toEqual({ stars: expect.any(Number) });
});

test('twenty parts are deferred, and one more is one answer with all of them', async () => {
  release();
  const answered = async (parts: number) => {
    const query = `{ stay { id ${'... @defer { stars } '.repeat(parts)} } }`;
    const { headers, body } = await request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'multipart/mixed, application/json' },
      body: JSON.stringify({ query }),
    });
    await body.dump();
    return headers['content-type'];
  };
  // What is new weighs so much that it is answered at once.
  for (const parts of [20, 21]) await answered(parts);
  expect(await answered(20)).toContain('multipart/mixed');
  expect(await answered(21)).toContain('application/json');
});

test('what a caller may not see is null in one answer, deferred or not', async () => {
  release();
  for (const asked of ['secret ... @defer { stars }', '... @defer { secret stars }']) {
    const { headers, body } = await request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'multipart/mixed, application/json' },
      body: JSON.stringify({ query: `{ stay { ${asked} } }` }),
    });
    expect(headers['content-type']).toContain('application/json');
    expect(await body.json()).toMatchObject({
      data: { stay: { secret: null, stars: 1 } },
      errors: [{ path: ['stay', 'secret'] }],
    });
  }
});

test('an error is told with its part, which is null as far as it must be', async () => {
  release();
  reviews = (id) => ({
    __typename: 'Stay',
    stars: 1,
    must: id === '1' ? null : 2,
    note: { text: 'T' },
  });
  const { parts } = await partsOf(
    '{ stays { id ... @defer { must } ... @defer { note { by } } } }',
  );
  const incremental = parts.flatMap(({ incremental: all = [] }) => all);
  expect(incremental).toContainEqual(
    expect.objectContaining({ path: ['stays', 0], data: null, errors: [expect.anything()] }),
  );
  expect(incremental).toContainEqual({ path: ['stays', 1], data: { must: 2 } });
  expect(incremental).toContainEqual(
    expect.objectContaining({
      path: ['stays', 1],
      data: { note: null },
      errors: [expect.anything()],
    }),
  );
});

test.each([
  ['without a path', {}],
  ['of the whole request', { path: ['_entities'] }],
  ['of something that was not asked for', { path: ['_entities', 9, 'must'] }],
])('an error %s is told once, with the first part', async (_, error) => {
  release();
  reviews = () => null;
  beside = { errors: [{ message: 'not for you', extensions: { code: 'FORBIDDEN' }, ...error }] };
  const { parts } = await partsOf('{ stays { id ... @defer { stars } ... @defer { must } } }');
  const incremental = parts.flatMap(({ incremental: all = [] }) => all);
  const errors = incremental.flatMap((one) => (one as { errors?: object[] }).errors ?? []);
  expect(incremental).toHaveLength(4);
  expect(errors).toEqual(
    errors.map(() => ({
      message: 'not for you',
      path: ['stays'],
      extensions: { code: 'FORBIDDEN' },
    })),
  );
  expect(errors.length).toBeGreaterThan(0);
});

test('a client that leaves ends what is under way for it', async () => {
  const leaving = new AbortController();
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed;deferSpec=20220824' },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  await eventually(() => begun === 1);
  body.on('error', () => {});
  leaving.abort();
  await eventually(() => broken === 1);
});

/** How many operations are tried; `DEFERRED_OPERATIONS` says more. */
const operations = Number(process.env.DEFERRED_OPERATIONS ?? 40);

/** Puts the parts together, as a client does. */
function merged(
  parts: { data?: object; incremental?: { path: (string | number)[]; data: object }[] }[],
) {
  const data = structuredClone(parts[0]?.data);
  for (const { path, data: part } of parts.flatMap(({ incremental = [] }) => incremental)) {
    let at = data as unknown as Record<string | number, never>;
    for (const key of path) at = at[key] as never;
    mergeInto(at as object, part);
  }
  return data;
}

function mergeInto(target: object, source: object): void {
  for (const [key, value] of Object.entries(source)) {
    const there = (target as Record<string, unknown>)[key];
    if (typeof there === 'object' && there !== null) mergeInto(there, value);
    else (target as Record<string, unknown>)[key] = value;
  }
}

test('parts together are what is answered at once, whatever is deferred', async () => {
  release();
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const leaves = ['id', 'title', 'city', 'stars', 'must', 'note { text by }', 'note { by }'];
  const fields = (depth: number): string =>
    Array.from({ length: 1 + random(3) }, () =>
      depth > 0 && random(2) === 0
        ? `... ${random(2) ? 'on Stay ' : ''}${random(3) ? '@defer ' : ''}{ ${fields(depth - 1)} }`
        : leaves[random(leaves.length)],
    ).join(' ');
  let deferred = 0;
  for (let i = 0; i < operations; i += 1) {
    const of = `{ ${random(2) ? 'stays' : 'stay'} { ${fields(3)} } }`;
    const { parts, type } = await partsOf(of);
    const { data } = await ask(url, of);
    if (!type.includes('multipart')) continue;
    deferred += 1;
    expect({ of, data: merged(parts) }).toEqual({ of, data });
  }
  expect(deferred).toBeGreaterThan(operations / 3);
});
