import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLError, graphql, parse } from 'graphql';
import { type RandomEntities, randomResolvers } from './random-answers.ts';
import { type Declared, federationLink, startRawSubgraph } from './raw-subgraph.ts';

/**
 * Eight subgraphs that have together what federation has: keys of several kinds, nested keys,
 * interfaces with keys and interface objects, unions over subgraphs, required and provided fields
 * in chains, shared and overridden ones, lists in lists, and mutations.
 */
const sdls = {
  catalog: `
    type Query {
      product(id: ID!): Product
      products(first: Int = 3, kind: Kind): [Product!]!
      media: [Media]
      medium(id: ID!): Media
      found(by: Search!): [Found]
      nodes: [Node!]
      first: [[Product]!]
    }
    type Mutation { addProduct(name: String!): Product! dropProduct(id: ID!): Found }
    input Search { text: String! = "any" kind: Kind = BOTH not: Search limit: [Int!] }
    enum Kind { NEW USED BOTH }
    interface Node { id: ID! }
    interface Media @key(fields: "id") { id: ID! title: String! author: Author }
    type Book implements Media & Node @key(fields: "id") {
      id: ID! title: String! author: Author pages(from: Int = 1): Int! next: Book sequel: Media
    }
    type Film implements Media & Node @key(fields: "id") {
      id: ID! title: String! author: Author minutes: Int crew: [Author!]!
    }
    union Found = Book | Film | Product | Author
    type Product implements Node @key(fields: "id") @key(fields: "sku { code region { name } }") {
      id: ID! sku: Sku! name: String @shareable weight: Int! kind: Kind size: Size
      related: [Product]
    }
    type Sku @shareable { code: String! region: Region! }
    type Region @shareable { name: String! }
    type Size { width: Int! height: Int unit: String! }
    type Author @key(fields: "id") { id: ID! }`,
  inventory: `
    type Query { warehouses: [Warehouse!] }
    type Product @key(fields: "sku { code region { name } }") {
      sku: Sku! stock: Int! places: [[Place!]!]
      warehouse: Warehouse @provides(fields: "label") name: String @shareable
    }
    type Sku @shareable { code: String! region: Region! }
    type Region @shareable { name: String! }
    type Place { row: Int! shelf: Shelf! }
    type Shelf { label: String load: Int! }
    type Warehouse @key(fields: "id") { id: ID! label: String @external }`,
  shipping: `
    type Product @key(fields: "id") {
      id: ID! weight: Int! @external size: Size @external
      postage: Int @requires(fields: "weight size { width height }")
      parcels: [Parcel!] @requires(fields: "weight")
    }
    type Size @external { width: Int! height: Int }
    type Parcel { number: ID! of: Product! to: Warehouse grams: Int! }
    type Warehouse @key(fields: "id") @key(fields: "code") { id: ID! code: String! }
    type Mutation { ship(id: ID!, to: ID): Parcel }`,
  reviews: `
    type Query { topMedia(count: Int): [Media!] reviews: [Review!]! }
    type Media @interfaceObject @key(fields: "id") {
      id: ID! stars: Int reviews(last: Int): [Review]
    }
    type Product @key(fields: "id") { id: ID! reviews: [Review!] }
    union Reviewed = Product | Author
    type Review @key(fields: "id") {
      id: ID! text: String! by: Author @provides(fields: "name") about: Reviewed of: Media
    }
    type Author @key(fields: "id") @key(fields: "email") {
      id: ID! email: String! name: String @external written: [Review]
    }`,
  accounts: `
    type Query { me: Author authors(ids: [ID!]!): [Author]! }
    type Author @key(fields: "id") @key(fields: "email") {
      id: ID! email: String! name: String @shareable friends: [Author!] home: Address
      secret: String @inaccessible
    }
    type Address @shareable { street: String city: City! }
    type City @key(fields: "zip country") { zip: String! country: String! }`,
  prices: `
    type Product @key(fields: "id") {
      id: ID! postage: Int @external name: String @external
      price(in: String = "EUR"): Money
      total: Int @requires(fields: "postage") tag: String! @requires(fields: "name")
    }
    type Money { amount: Int! unit: String! tax: Tax }
    union Tax = Percent | Fixed
    type Percent { percent: Int! }
    type Fixed { cents: Int note: String }`,
  awards: `
    type Query { awards: [Award] }
    type Media @interfaceObject @key(fields: "id") {
      id: ID! title: String! @external award: Award label: String @requires(fields: "title")
    }
    interface Award { year: Int! winner: Winner }
    type Medal implements Award { year: Int! winner: Winner metal: String }
    type Cup implements Award { year: Int! winner: Winner size: Float }
    union Winner = Author | City
    type Author @key(fields: "email") { email: String! awards: [Award!]! }
    type City @key(fields: "zip country") { zip: String! country: String! pride: [Award] }
    type Mutation { award(to: ID!): Award }`,
  places: `
    type Query { city(zip: String!, country: String = "NL"): City }
    type City @key(fields: "zip country") {
      zip: String! country: String! name: String! near: [City!] mayor: Author
    }
    type Warehouse @key(fields: "code") @key(fields: "id") {
      id: ID! code: String! label: String @shareable city: City! doors: [Int]
    }
    type Author @key(fields: "id") { id: ID! home: Address @override(from: "accounts") }
    type Address @shareable { street: String city: City! }`,
} as const;

const byId = {
  fields: (key: string) => ({ id: key }),
  keyIn: ({ id }: { id?: string }) => id,
};

const media = {
  ...byId,
  typeOf: (key: string) => (Number(key) % 2 === 0 ? 'Book' : 'Film'),
};

const entities: RandomEntities = {
  Book: media,
  Film: media,
  Media: media,
  Review: byId,
  Product: {
    fields: (key) => ({ id: key, sku: { code: `c${key}`, region: { name: 'r' } } }),
    keyIn: ({ id, sku }: { id?: string; sku?: { code: string } }) => id ?? sku?.code.slice(1),
  },
  Author: {
    fields: (key) => ({ id: key, email: `${key}@example.org` }),
    keyIn: ({ id, email }: { id?: string; email?: string }) => id ?? email?.split('@')[0],
  },
  Warehouse: {
    fields: (key) => ({ id: key, code: `w${key}` }),
    keyIn: ({ id, code }: { id?: string; code?: string }) => id ?? code?.slice(1),
  },
  City: {
    fields: (key) => ({ zip: key, country: 'NL' }),
    keyIn: ({ zip }: { zip?: string }) => zip,
  },
};

/** What services tell of an error: nothing about HTTP. */
const asTold = ({ message, path, extensions: { code } }: GraphQLError) => ({
  message,
  path,
  extensions: { code },
});

/** Starts them; their data comes out of a hash, and is the same whichever subgraph is asked. */
export const startSyntheticSubgraphs = () =>
  Promise.all(
    Object.entries(sdls).map(async ([name, sdl]) => {
      const whole = federationLink + sdl;
      const schema = buildSubgraphSchema({
        typeDefs: parse(whole),
        resolvers: randomResolvers(name, whole, entities) as never,
      });
      const { url, stop } = await startRawSubgraph(async ({ query, variables }) => {
        const result = await graphql({ schema, source: query, variableValues: variables });
        return JSON.stringify({ ...result, errors: result.errors?.map(asTold) });
      });
      return { name, sdl, url, stop } satisfies Declared & { stop: unknown };
    }),
  );
