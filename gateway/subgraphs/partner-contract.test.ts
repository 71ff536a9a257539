import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestSystem } from '../../testing/gateway/small-system.ts';

const file = fileURLToPath(new URL('../../schema/contracts/partner.graphql', import.meta.url));

let system: Awaited<ReturnType<typeof startTestSystem>>;
beforeAll(async () => {
  system = await startTestSystem({ SUPERGRAPH_FILE: file });
});
afterAll(() => system.stop());

test('the gateway of a contract answers what the contract shows, from the same subgraphs', async () => {
  const { data } = await system.ask<{ homestay: unknown }>(
    '{ homestay(id: "1") { title price { amount } shop { name } } }',
  );
  expect(data.homestay).toEqual({
    title: 'Homestay 1',
    price: { amount: 19_900 },
    shop: { name: 'A shop' },
  });
});

test.each([
  ['{ homestayOrder(sn: "1") { sn } }', 'homestayOrder'],
  ['{ homestay(id: "1") { onShelf } }', 'onShelf'],
  ['{ homestay(id: "1") { shop { homestays(all: true) { totalCount } } } }', 'all'],
  ['mutation { cancelHomestayOrder(input: { orderSn: "1" }) { __typename } }', 'mutation'],
  ['{ __type(name: "HomestayOrder") { name } }', undefined],
])('%s is not in it', async (query, word) => {
  const { data, errors } = await system.ask(query);
  if (word) expect(errors?.[0]?.message).toContain(word);
  else expect(data).toEqual({ __type: null });
});
