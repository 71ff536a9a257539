import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestSystem, type TestSystem } from '../../testing/gateway/small-system.ts';
import { token } from '../../testing/tokens.ts';

let system: TestSystem & { stop: () => Promise<void> };
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.stop());

const post = async (query: string, headers: Record<string, string>) => {
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  // What is left of the caller's weight differs by request, as the id and the date do.
  const {
    'x-request-id': requestId,
    date,
    ratelimit: _left,
    ...rest
  } = Object.fromEntries(response.headers);
  expect(requestId).toBeDefined();
  expect(date).toBeDefined();
  return { status: response.status, headers: rest, text: await response.text() };
};

const accepts = [
  '*/*',
  'application/json',
  'application/json, */*',
  'application/graphql-response+json',
  'application/graphql-response+json,application/json;q=0.9',
  'application/graphql-response+json, application/json',
  'text/html',
];
test.each(
  accepts,
)('with `Accept: %s`, an operation is answered alike the first time and later', async (accept) => {
  const query = `{ homestay(id: "1") { title } } # ${accept}`;
  const first = await post(query, { accept });
  expect(await post(query, { accept })).toEqual(first);
});

test('a repeated operation is refused as the first, where the token is wrong', async () => {
  const query = '{ homestay(id: "1") { id title } }';
  const headers = { authorization: 'Bearer nonsense' };
  const unknown = await post(query, headers);
  await system.ask(query);
  expect(await post(query, headers)).toEqual(unknown);
  expect(unknown.status).toBe(401);
});

test('variables that do not fit are refused alike the first time and later', async () => {
  const query = 'query ($id: ID!) { homestay(id: $id) { title } }';
  const wrong = { variables: { id: null } } as never;
  const unknown = await system.ask(query, wrong);
  await system.ask(query, { variables: { id: '1' } });
  expect(await system.ask(query, wrong)).toEqual(unknown);
  expect(unknown.status).toBe(400);
});

test('a repeated operation that meets an error reaches its subgraph once', async () => {
  const query = 'query ($id: ID!) { homestay(id: $id) { title } }';
  await system.ask(query, { variables: { id: '1' } });
  system.seen.length = 0;
  const { errors } = await system.ask(query, { variables: { id: 'refused' } });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(system.seen).toHaveLength(1);
});

test('a repeated operation is executed with the rights of its sender', async () => {
  const query = '{ homestay(id: "1") { title city: title } }';
  await system.ask(query, { token: await token({ sub: 'ana' }) });
  system.seen.length = 0;
  await system.ask(query, { token: await token({ sub: 'li' }) });
  expect(system.seen).toEqual([{ service: 'gateway', userId: 'li', roles: [] }]);
});
