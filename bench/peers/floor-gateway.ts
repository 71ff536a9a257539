import { createServer } from 'node:http';
import { Pool } from 'undici';

/**
 * The floor: a process of its own that knows three operations by their names, and answers each as
 * one would write it by hand: fetch, merge, send. It checks nobody and nothing.
 */
const { PORT, AUTHORIZATION: authorization = '', ...env } = process.env;
const headers = { 'content-type': 'application/json', authorization };

type Json = { data: unknown };
const subgraph = (name: string) => {
  const pool = new Pool(env[`${name.toUpperCase()}_URL`] as string, { connections: 64 });
  return async (query: string, variables: object = {}): Promise<Json> => {
    const body = JSON.stringify({ query, variables });
    const { body: answer } = await pool.request({
      ...{ path: '/graphql', method: 'POST', headers, body },
    });
    return (await answer.json()) as Json;
  };
};
const [travel, order, payment] = [subgraph('travel'), subgraph('order'), subgraph('payment')];

type Order = { sn: string; homestay: { __typename: string; id: string } };

async function orders() {
  const { data } = await order(`{ myHomestayOrders(first: 20) { nodes {
    sn state closeAt total { amount } homestay { __typename id } } } }`);
  const nodes = (data as { myHomestayOrders: { nodes: Order[] } }).myHomestayOrders.nodes;
  const entities = 'query ($of: [_Any!]!) { _entities(representations: $of) {';
  const [homestays, payments] = await Promise.all([
    travel(`${entities} ... on Homestay { title } } }`, {
      of: nodes.map(({ homestay }) => homestay),
    }),
    payment(`${entities} ... on HomestayOrder { payment { sn state } } } }`, {
      of: nodes.map(({ sn }) => ({ __typename: 'HomestayOrder', sn })),
    }),
  ]);
  const [titles, paid] = [homestays, payments].map(
    (answer) => (answer.data as { _entities: Record<string, unknown>[] })._entities,
  );
  const merged = nodes.map(({ homestay: { id }, ...rest }, i) => ({
    ...rest,
    homestay: { id, title: titles?.[i]?.title },
    payment: paid?.[i]?.payment,
  }));
  return { data: { myHomestayOrders: { nodes: merged } } };
}

const answers: Record<string, () => Promise<object>> = {
  homestay: () =>
    travel('{ homestay(id: "azulejo-alfama") { id title city price { amount currency } } }'),
  myHomestayOrders: orders,
  cancelHomestayOrder: async () => {
    const { data } =
      await order(`mutation { cancelHomestayOrder(input: { orderSn: "HSO2026112100000000000000" }) {
      __typename ... on HomestayOrder { sn } ... on OrderRefused { reason } } }`);
    const { __typename, ...result } = (data as { cancelHomestayOrder: { __typename: string } })
      .cancelHomestayOrder;
    return { data: { cancelHomestayOrder: result } };
  },
  __typename: async () => ({ data: { __typename: 'Query' } }),
};

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const { query } = JSON.parse(Buffer.concat(chunks).toString());
    const field = /\{\s*(\w+)/.exec(query)?.[1] ?? '';
    const answer = JSON.stringify(await answers[field]?.());
    response.setHeader('content-type', 'application/json');
    response.end(answer);
  });
}).listen(Number(PORT), '127.0.0.1');
