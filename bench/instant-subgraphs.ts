import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

/**
 * A process of its own: three subgraphs on the real schemas that hold fixed data and answer what
 * they were asked before from memory, so that a benchmark of gateways measures gateways.
 */
const money = { amount: 19_900, currency: 'CNY' };
const homestay = (id: string) => ({
  __typename: 'Homestay',
  id,
  title: `Homestay ${id}`,
  city: 'Lisbon',
  price: money,
});
const payment = { sn: 'PMT2026112100000000000000', state: 'SUCCESS', amount: money };
const order = (_: unknown, i: number) => ({
  ...{
    id: `order-${i}`,
    sn: `HSO20261121000000${String(i).padStart(8, '0')}`,
    state: 'WAIT_PAY',
    closeAt: '2026-11-21T10:20:00.000Z',
  },
  ...{ total: money, homestay: { id: String(i) } },
});
const resolvers = {
  travel: {
    Query: { homestay: (_: unknown, { id }: { id: string }) => homestay(id) },
    Homestay: { __resolveReference: ({ id }: { id: string }) => homestay(id) },
  },
  order: {
    Query: { myHomestayOrders: () => ({ nodes: Array.from({ length: 20 }, order) }) },
    Mutation: { cancelHomestayOrder: () => ({ __typename: 'HomestayOrder', ...order(0, 0) }) },
  },
  payment: { HomestayOrder: { payment: () => payment } },
};

const { TRAVEL_PORT, ORDER_PORT, PAYMENT_PORT } = process.env;
const ports = { travel: TRAVEL_PORT, order: ORDER_PORT, payment: PAYMENT_PORT };
for (const name of ['travel', 'order', 'payment'] as const) {
  const typeDefs = parse(
    readFileSync(new URL(`../schema/${name}.graphql`, import.meta.url), 'utf8'),
  );
  const schema = buildSubgraphSchema({ typeDefs, resolvers: resolvers[name] as never });
  const remembered = new Map<string, string>();
  const answerTo = async (asked: string): Promise<string> => {
    const known = remembered.get(asked);
    if (known) return known;
    const { query, variables } = JSON.parse(asked);
    const answer = JSON.stringify(
      await graphql({ schema, source: query, variableValues: variables }),
    );
    remembered.set(asked, answer);
    return answer;
  };
  createServer((request, response) => {
    let asked = '';
    request.on('data', (chunk) => {
      asked += chunk;
    });
    request.on('end', async () => {
      const answer = await answerTo(asked);
      // With a length, as the product's own answer.
      const length = Buffer.byteLength(answer);
      const headers = { 'content-type': 'application/json', 'content-length': length };
      response.writeHead(200, headers).end(answer);
    });
  }).listen(Number(ports[name]), '127.0.0.1');
}
