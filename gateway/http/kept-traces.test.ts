import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestGateway } from '../../testing/gateway/small-system.ts';
import { ana, host, operator, tokenOf, type User } from '../../testing/tokens.ts';

let gateway: Awaited<ReturnType<typeof startTestGateway>>;
beforeAll(async () => {
  gateway = await startTestGateway({ KEEP_TRACES: '5' });
});
afterAll(() => gateway?.stop());

const read = async (user: User | null, url = gateway.url) => {
  const headers = user ? { authorization: `Bearer ${await tokenOf(user)}` } : undefined;
  const response = await fetch(`${url}/traces`, headers ? { headers } : {});
  const { traces, errors } = await response.json();
  return { status: response.status, traces, code: errors?.[0]?.extensions?.code };
};

test.each([
  ['nobody', null, { status: 401, code: 'UNAUTHENTICATED' }],
  ['a traveller', ana, { status: 403, code: 'FORBIDDEN' }],
  ['a host', host, { status: 403, code: 'FORBIDDEN' }],
  ['an operator', operator, { status: 200, traces: [] }],
])('%s who reads what the gateway keeps of operations is answered as is right', async (_, user, answer) => {
  expect(await read(user)).toEqual({ ...{ traces: undefined, code: undefined }, ...answer });
});

test('a token that is not valid is no operator’s', async () => {
  const headers = { authorization: 'Bearer nothing' };
  expect((await fetch(`${gateway.url}/traces`, { headers })).status).toBe(401);
});

test('nothing is there unless a setting asks for it', async () => {
  const without = await startTestGateway();
  expect((await read(operator, without.url)).status).toBe(404);
  await without.stop();
});
