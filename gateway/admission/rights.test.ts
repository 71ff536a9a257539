import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { compose, type Declared, startGatewayOf } from '../../testing/gateway/raw-subgraph.ts';
import { secretsIn, startRightsSubgraphs } from '../../testing/gateway/rights-subgraphs.ts';

let url: string;
let declared: Declared[];
const asked = new Set<string>();
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const subgraphs = await startRightsSubgraphs(asked);
  ({ declared } = subgraphs);
  const gateway = await startGatewayOf(declared);
  stops.push(subgraphs.stop, gateway.stop);
  url = gateway.url;
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

test('what is masked is null, in its place and with its path, and the rest is answered', async () => {
  const { data, errors } = await ask<object>(url, '{ people { id email } open }');
  expect(data).toEqual({
    people: [
      { id: '1', email: null },
      { id: '2', email: null },
    ],
    open: 'open',
  });
  expect(errors).toEqual(
    [0, 1].map((index) => ({
      message: 'Sign in first: send a token as `Authorization: Bearer …`.',
      path: ['people', index, 'email'],
      extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
    })),
  );
});

test('where it cannot be null, the nearest that can is', async () => {
  const { data, errors } = await ask<object>(url, '{ strict { sure free } open }');
  expect(data).toEqual({ strict: null, open: 'open' });
  expect(errors).toMatchObject([{ path: ['strict', 'sure'] }]);
});

test('each operation of a document is masked by itself, whichever was asked for before', async () => {
  const query = 'query A { open } query B { closed me { ...F } } fragment F on User { email name }';
  const answer = async (operationName: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, operationName }),
    });
    return ((await response.json()) as { data: object }).data;
  };
  const masked = { closed: null, me: { email: null, name: 'name 1' } };
  for (const [name, data] of [
    ['A', { open: 'open' }],
    ['B', masked],
    ['A', { open: 'open' }],
    ['B', masked],
  ] as const)
    expect(await answer(name)).toEqual(data);
});

test('what is left out anyway is no error', async () => {
  const query = 'query ($no: Boolean = false) { me { name email @include(if: $no) } }';
  expect(await ask(url, query)).toMatchObject({ data: { me: { name: 'name 1' } } });
  expect((await ask(url, query)).errors).toBeUndefined();
});

test('where a condition is null, nobody can say what is left out', async () => {
  const query = 'query ($x: Boolean = true) { me { name @include(if: $x) email } }';
  const { status, errors } = await ask<object>(url, query, { variables: { x: null } });
  expect([status, errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
});

test('of several mutations those that are not allowed do not happen', async () => {
  asked.clear();
  const { data, errors } = await ask<object>(url, 'mutation { greet { id } change }');
  expect(data).toEqual({ greet: { id: '1' }, change: null });
  expect(errors).toMatchObject([{ path: ['change'] }]);
  expect([...asked]).toEqual(['Mutation.greet', 'User.id']);
});

test('by a setting, such an operation is refused as a whole', async () => {
  const gateway = await startGatewayOf(declared, { UNAUTHORIZED: 'reject' });
  const { status, data, errors } = await ask<unknown>(gateway.url, '{ me { name email } }');
  expect([status, data, errors?.[0]?.extensions.code]).toEqual([
    403,
    undefined,
    'UNAUTHORIZED_FIELD_OR_TYPE',
  ]);
  expect((await ask(gateway.url, '{ me { name } }')).errors).toBeUndefined();
  await gateway.stop();
});

test('introspection beside what is masked is refused', async () => {
  const { text } = await ask(url, '{ closed __schema { queryType { name } } }');
  expect(text).toContain('UNAUTHORIZED_FIELD_OR_TYPE');
  expect([...secretsIn(text)]).toEqual([]);
});

test('a new supergraph brings its rights with it', async () => {
  const gateway = await startGatewayOf(declared);
  expect((await ask<{ open: string }>(gateway.url, '{ open }')).data.open).toBe('open');
  const stricter = declared.map((one) => ({
    ...one,
    sdl: one.sdl.replace('open: String', 'open: String @authenticated'),
  }));
  await gateway.replace(compose(stricter));
  await eventually(
    async () => (await ask<{ open: unknown }>(gateway.url, '{ open }')).data.open === null,
  );
  await gateway.stop();
});

test('what a plan fetches for itself of a type that is left out, such as a key, is not shown', async () => {
  const films = declared.map((one) => ({
    ...one,
    sdl: one.sdl.replace('type Film implements Media', 'type Film implements Media @authenticated'),
  }));
  const gateway = await startGatewayOf(films);
  // An older composition says nothing of the interface of which it is.
  await gateway.replace(compose(films).replace(/(interface Media[^{]*)@authenticated/, '$1'));
  const query = '{ top { __typename ... on Book { id } ... on Film { id x: id __typename } } }';
  const top = [
    { __typename: 'Book', id: 'b' },
    { __typename: 'Film', id: null, x: null },
  ];
  const answer = await eventually(async () => {
    const { data, errors } = await ask<{ top: object[] | null }>(gateway.url, query);
    return data.top ? { data, errors } : undefined;
  });
  expect(answer.data).toEqual({ top });
  expect(answer.errors).toMatchObject([{ path: ['top', 1] }]);
  await gateway.stop();
});
