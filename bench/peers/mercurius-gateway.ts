import { createRequire } from 'node:module';

/**
 * A process of its own: Mercurius with its JIT in front of the same subgraphs, for one user. It
 * reads federation 1 only, so it is given the part of the schema that the benchmark asks for.
 */
const { PORT, PEERS = '', AUTHORIZATION: authorization, ...env } = process.env;
const peer = createRequire(`${PEERS}/`);

const schemas = {
  travel: `
    extend type Query { homestay(id: ID!): Homestay }
    type Homestay @key(fields: "id") { id: ID! title: String! city: String! price: Money! }
    type Money { amount: Int! currency: String! }`,
  order: `
    extend type Query { myHomestayOrders(first: Int): HomestayOrderConnection! }
    input CancelHomestayOrderInput { orderSn: ID! }
    extend type Mutation { cancelHomestayOrder(input: CancelHomestayOrderInput!): CancelHomestayOrderResult! }
    union CancelHomestayOrderResult = HomestayOrder | OrderRefused
    type OrderRefused { reason: String! }
    type HomestayOrderConnection { nodes: [HomestayOrder!]! }
    type HomestayOrder @key(fields: "sn") {
      id: ID! sn: ID! state: String! closeAt: String! total: Money! homestay: Homestay!
    }
    extend type Homestay @key(fields: "id") { id: ID! @external }
    type Money { amount: Int! currency: String! }`,
  payment: `
    extend type HomestayOrder @key(fields: "sn") { id: ID! @external payment: Payment }
    type Payment { sn: ID! state: String! }`,
};

const services = Object.entries(schemas).map(([name, schema]) => ({
  name,
  schema,
  url: `${env[`${name.toUpperCase()}_URL`]}/graphql`,
  rewriteHeaders: () => ({ authorization }),
}));
const app = peer('fastify')();
app.register(peer('@mercuriusjs/gateway'), { gateway: { services }, jit: 1 });
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
