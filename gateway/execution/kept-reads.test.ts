import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { type AskOptions, ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  type RawRequest,
  startGatewayOf,
  startRawSubgraph,
} from '../../testing/gateway/raw-subgraph.ts';
import { ana, tokenOf } from '../../testing/tokens.ts';
import { keepingReads } from './keeping-reads.ts';
import { keptReads } from './kept-reads.ts';
import { sharedReads } from './shared-reads.ts';

const marks = `
  extend schema @link(url: "https://homestay.example/cacheControl/v1.0", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: cacheControl__Scope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum cacheControl__Scope { PUBLIC PRIVATE }
`;
const staySdl = `${marks}
  type Query { stay: Stay }
  type Mutation { edit: EditResult touch: EditResult rename: Renamed }
  type Renamed { ok: Boolean at: Place }
  type Place { stay: Stay }
  union EditResult = Stay | Refused
  type Refused { why: String }
  type Stay @key(fields: "id") @cacheControl(maxAge: 60) {
    id: ID! title: String near: [Stay] secret: String @cacheControl(scope: PRIVATE)
  }
`;
const tripSdl = `
  type Query { trips: [Trip] }
  type Trip { stay: Stay }
  type Stay @key(fields: "id", resolvable: false) { id: ID! }
`;

let title = 'Old';
/** Whether connections break when something is to be changed. */
let breaks = false;
let ids: string[] = [];
/** The ids that were asked of the stays, and who asked for other things. */
let seen: string[] = [];

const stayOf = (id: string) => (id === 'gone' ? null : { __typename: 'Stay', id, title });

function answerStays({ query, variables }: RawRequest, authorization: string | undefined) {
  const user = JSON.parse(atob(authorization?.split('.')[1] as string)).sub;
  if (query.includes('_entities')) {
    const asked = variables.representations?.map(({ id }) => id as string) ?? [];
    seen.push(`${asked.join()}${user ? ` for ${user}` : ''}`);
    const failing = asked.indexOf('bad');
    const errors = failing < 0 ? [] : [{ message: 'bad', path: ['_entities', failing, 'title'] }];
    const odd = asked.includes('odd') ? [{ message: 'odd', path: ['_entities', 1, 'title'] }] : [];
    return { data: { _entities: asked.map(stayOf) }, errors: [...errors, ...odd] };
  }
  seen.push(query.startsWith('mutation') ? 'mutation' : `stay${user ? ` for ${user}` : ''}`);
  if (query.includes('touch')) return { data: { touch: { __typename: 'Refused', why: 'no' } } };
  if (query.includes('rename')) return { data: { rename: { ok: true } } };
  if (query.includes('edit')) return { data: { edit: stayOf('a') } };
  return { data: { stay: { ...stayOf('a'), secret: 's', near: [] } } };
}

let url: string;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const stays = await startRawSubgraph((request, response, { headers }) => {
    if (!breaks || !request.query.startsWith('mutation'))
      return JSON.stringify(answerStays(request, headers.authorization));
    response.destroy();
    return undefined;
  });
  const trips = await startRawSubgraph(() => {
    const given = ids.map((id) => ({ stay: { __typename: 'Stay', id } }));
    return JSON.stringify({ data: { trips: given } });
  });
  const gateway = await startGatewayOf(
    [
      { name: 'stays', url: stays.url, sdl: staySdl },
      { name: 'trips', url: trips.url, sdl: tripSdl },
    ],
    { KEEP_PUBLIC_BYTES: '100000', PUBLIC_CACHE_FOR: '10m' },
  );
  stops.push(stays.stop, trips.stop, gateway.stop);
  url = gateway.url;
});
afterAll(() => Promise.all(stops.map((stop) => stop())));
beforeEach(async () => {
  title = 'Old';
  // What the test before has kept of `a`.
  await ask(url, 'mutation { edit { ... on Refused { why } } }');
  ids = [];
  seen = [];
});

type Trips = { trips: { stay: { title: string | null } | null }[] };
const titles = async (of: string[], options?: AskOptions) => {
  ids = of;
  const { data, errors } = await ask<Trips>(url, '{ trips { stay { title } } }', options);
  return { titles: data?.trips.map(({ stay }) => stay?.title ?? null), errors };
};

test('an entity that is the same for all is asked once, for nobody, and the rest of a list alone', async () => {
  const byAna = { token: await tokenOf(ana) };
  expect((await titles(['a', 'b'], byAna)).titles).toEqual(['Old', 'Old']);
  title = 'New';
  expect((await titles(['c', 'b', 'a'])).titles).toEqual(['New', 'Old', 'Old']);
  expect(seen).toEqual(['a,b', 'c']);
});

test('a whole answer that is the same for all is asked once, for nobody', async () => {
  const byAna = { token: await tokenOf(ana) };
  for (const options of [byAna, {}]) await ask(url, '{ stay { title } }', options);
  expect(seen).toEqual(['stay']);
});

test('errors are told where they belong, and neither they nor what is missing is kept', async () => {
  await titles(['a']);
  for (const _ of [1, 2]) {
    const { titles: found, errors } = await titles(['a', 'gone', 'bad']);
    expect(found?.[0]).toBe('Old');
    expect(errors).toMatchObject([{ path: ['trips', 2, 'stay', 'title'] }]);
  }
  await titles(['gone']);
  await titles(['gone']);
  expect(seen).toEqual(['a', 'gone,bad', 'gone,bad', 'gone', 'gone']);
});

test('so it is beside introspection, which Apollo’s executor answers', async () => {
  const query = '{ stay { title } __schema { queryType { name } } }';
  for (const _ of [1, 2])
    expect((await ask<object>(url, query)).data).toMatchObject({ stay: { title: 'Old' } });
  expect(seen).toEqual(['stay']);
});

test('what a mutation gives is forgotten, the thing itself and all answers that show its kind', async () => {
  await titles(['a', 'd']);
  await ask(url, '{ stay { title } }');
  title = 'New';
  await ask(url, 'mutation { edit { ... on Stay { id title } } }');
  expect((await titles(['a', 'd'])).titles).toEqual(['New', 'Old']);
  expect(await ask(url, '{ stay { title } }')).toMatchObject({ data: { stay: { title: 'New' } } });
  expect(seen).toEqual(['a,d', 'stay', 'mutation', 'a', 'stay']);
});

test('an error of what was not asked for is told of no other thing', async () => {
  await titles(['a']);
  await titles(['b']);
  const { errors } = await titles(['a', 'b', 'odd']);
  expect(errors).toMatchObject([{ path: ['trips'] }]);
});

test('what a payload may show is forgotten, whether it was asked for or not', async () => {
  await titles(['a']);
  title = 'New';
  await ask(url, 'mutation { rename { ok } }');
  expect((await titles(['a'])).titles).toEqual(['New']);
});

test('a mutation that gives something else makes nothing forgotten', async () => {
  await titles(['a']);
  await ask(url, 'mutation { touch { ... on Stay { id } ... on Refused { why } } }');
  await titles(['a']);
  expect(seen).toEqual(['a', 'mutation']);
});

test('a mutation without an answer may have happened, and all that it may change is forgotten', async () => {
  await titles(['a']);
  breaks = true;
  await ask(url, 'mutation { edit { ... on Stay { id } } }');
  breaks = false;
  title = 'New';
  expect((await titles(['a'])).titles).toEqual(['New']);
});

test('whoever wants nothing that was kept says so', async () => {
  await titles(['a']);
  title = 'New';
  const fresh = { headers: { 'cache-control': 'no-cache' } };
  expect((await titles(['a'], fresh)).titles).toEqual(['New']);
  expect((await titles(['a'])).titles).toEqual(['New']);
});

test('what is not the same for all is asked each time, for its caller', async () => {
  const byAna = { token: await tokenOf(ana) };
  for (const _ of [1, 2]) await ask(url, '{ stay { secret } }', byAna);
  expect(seen).toEqual(['stay for ana', 'stay for ana']);
});

test('caches in front keep an answer only for what is left of what was kept of it', async () => {
  const asked = `${url}/graphql?${new URLSearchParams({ query: '{ stay { title } }' })}`;
  const maxAge = async () => {
    const { headers } = await fetch(asked, { headers: { 'content-type': 'application/json' } });
    return Number(/^public, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '')?.[1]);
  };
  expect(await maxAge()).toBe(60);
  await eventually(async () => (await maxAge()) < 59);
  expect(seen).toEqual(['stay']);
});

test('how much it is worth is measured', async () => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/gateway_cache_reads_total\{subgraph="stays",outcome="hit"\} [1-9]/);
  expect(metrics).toMatch(/gateway_cache_reads_total\{subgraph="stays",outcome="miss"\} [1-9]/);
  expect(metrics).toMatch(/gateway_cache_entries [1-9]/);
  expect(metrics).toMatch(/gateway_cache_bytes [1-9]/);
});

test('whoever asks after an event joins no query that was asked before it', () => {
  let asked = 0;
  const subgraph = {
    name: 'stays',
    ask: () => {
      asked += 1;
      return new Promise<never>(() => {});
    },
  };
  const reads = keepingReads(
    sharedReads(() => {}),
    keptReads(1_000),
    () => {},
  );
  const caller = { service: 'gateway' as const, roles: [] };
  const read = { body: '{"query":"{a}"}', kind: OperationTypeNode.QUERY, caller };
  for (const _ of [1, 2]) void reads.ask(subgraph, read);
  expect(asked).toBe(1);
  reads.changed({}, undefined);
  void reads.ask(subgraph, read);
  expect(asked).toBe(2);
});

const keep = { seconds: 60, types: new Set<string>() };

test('what is kept stays within its bytes', () => {
  const kept = keptReads(10_000);
  for (let i = 0; i < 1_000; i += 1)
    kept.keep(`key ${i}`, { text: 'x'.repeat(100) }, { keep, asked: kept.now() });
  expect(kept.size().bytes).toBeLessThanOrEqual(10_000);
  expect(kept.get('key 0')).toBeUndefined();
  expect(kept.get('key 999')).toBeDefined();
});

test('what was asked before a change is not true after it, however late it comes', () => {
  const kept = keptReads(10_000);
  const asked = kept.now();
  kept.changed([{ type: 'Stay', id: 'a' }]);
  const put = (id: string | undefined) =>
    kept.keep(`stay ${id}`, { id }, { keep, asked, entity: { type: 'Stay', id } });
  for (const id of ['a', 'b', undefined]) put(id);
  expect(['a', 'b', undefined].map((id) => kept.get(`stay ${id}`))).toEqual([
    undefined,
    { id: 'b' },
    undefined,
  ]);
  // More changes than are remembered: what is not known any more counts as changed.
  for (let i = 0; i < 20_000; i += 1) kept.changed([{ type: 'Other', id: String(i) }]);
  put('b');
  expect(kept.get('stay b')).toBeUndefined();
});

test('what was asked before all was forgotten is not kept, however late it comes', () => {
  const kept = keptReads(10_000);
  const asked = kept.now();
  kept.keep('before', {}, { keep, asked });
  kept.forget();
  kept.keep('late', {}, { keep, asked });
  kept.keep('after', {}, { keep, asked: kept.now() });
  expect(['before', 'late', 'after'].map((key) => kept.get(key))).toEqual([
    undefined,
    undefined,
    {},
  ]);
});

test('of entities, too, it is told what is left of each that was kept', async () => {
  const kept = keptReads(10_000);
  const ask = async () => ({ data: { _entities: [{ title: 'New' }] } });
  const { ask: read } = keepingReads({ ask, changed() {}, renewed() {} }, kept, () => {});
  const entities = { before: '[', representations: ['{"__typename":"Stay","id":"a"}'], after: ']' };
  const caller = { service: 'gateway' as const, roles: [] };
  const request = { body: '', kind: OperationTypeNode.QUERY, caller };
  const told: number[] = [];
  const onKept = (leftMs: number) => void told.push(leftMs);
  for (const _ of [1, 2])
    await read({ name: 'stays', ask }, request, { rule: { keep }, entities, onKept });
  expect(told).toHaveLength(1);
  expect(told[0]).toBeGreaterThan(0);
  expect(told[0]).toBeLessThanOrEqual(60_000);
});

test('what is too old is asked again', () => {
  const kept = keptReads(10_000);
  const { changes } = kept.now();
  kept.keep('old', {}, { keep, asked: { at: performance.now() - 60_001, changes } });
  kept.keep('young', {}, { keep, asked: { at: performance.now() - 30_000, changes } });
  expect([kept.get('old'), kept.get('young')]).toEqual([undefined, {}]);
});
