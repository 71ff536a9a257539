import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { startGatewayOfResolvers } from '../../testing/gateway/resolved-subgraphs.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';

const sdls = {
  stays: 'type Query { stay: Stay } type Stay @key(fields: "id") { id: ID! title: String }',
  trips: `
    scalar Word
    type Stay @key(fields: "id") { id: ID! told(to: ID!, word: Word): String }`,
};
const noWord = () => {
  throw new GraphQLError('no word', { extensions: { code: 'BAD_USER_INPUT' } });
};
const resolvers = {
  stays: {
    Query: { stay: () => ({ id: '1', title: 'Loft' }) },
    Stay: { __resolveReference: ({ id }: { id: string }) => ({ id, title: 'Loft' }) },
  },
  trips: {
    Word: new GraphQLScalarType({ name: 'Word', parseValue: noWord }),
    Stay: {
      __resolveReference: (of: object) => of,
      told: ({ id }: { id: string }, { to }: { to: string }) => `${id} to ${to}`,
    },
  },
};

let url: string;
let stop: () => Promise<unknown>;
beforeAll(async () => {
  ({ url, stop } = await startGatewayOfResolvers(sdls, resolvers));
});
afterAll(() => stop());

const asked = 'query($representations: ID!) { stay { title told(to: $representations) } }';
const variables = { representations: 'ana' };
const told = { stay: { title: 'Loft', told: '1 to ana' } };

test('a client’s variable is its own, though plans send one of that name', async () => {
  expect(await ask(url, asked, { variables })).toMatchObject({ status: 200, data: told });
  const client = await socketClient(url);
  const watched = watch(client, { query: asked, variables });
  await eventually(() => watched.completed);
  await client.dispose();
  expect(watched.results).toEqual([{ data: told }]);
});

test('it is so with a default, beside a variable of the name that it gets', async () => {
  const query = `query ($representations: ID! = "eva", $representations_asked0: ID!) {
    stay { told(to: $representations) also: told(to: $representations_asked0) } }`;
  const given = { representations_asked0: 'ben' };
  const { data, errors } = await ask(url, query, { variables: given });
  expect([data, errors]).toEqual([{ stay: { told: '1 to eva', also: '1 to ben' } }, undefined]);
});

test('errors name it as the client does, those of a subgraph too', async () => {
  const { errors: ours } = await ask(url, asked);
  expect(ours?.[0]?.message).toBe(
    'Variable "$representations" of required type "ID!" was not provided.',
  );
  const query = 'query($representations: Word) { stay { told(to: "1", word: $representations) } }';
  const { errors } = await ask(url, query, { variables });
  expect(errors?.[0]?.message).toBe('Variable "$representations" got invalid value "ana"; no word');
});
