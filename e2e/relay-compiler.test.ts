import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RelayProject, relayProject } from '../testing/relay-artifacts.ts';

let project: RelayProject;

/**
 * What a Relay app says: pages of every connection, and fragments that are read again by their
 * node.
 */
const app = `
graphql\`
  query AppSearchQuery($filter: HomestayFilter, $after: String) {
    homestays(first: 20, after: $after, filter: $filter) @connection(key: "App_homestays") {
      edges { node { id title } }
    }
  }
\`;
graphql\`
  query AppOrdersQuery($after: String) {
    myHomestayOrders(first: 20, after: $after) @connection(key: "App_myHomestayOrders") {
      edges { node { id state } }
    }
  }
\`;
graphql\`
  fragment App_comments on Homestay
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "AppCommentsQuery") {
    comments(first: $count, after: $cursor) @connection(key: "App_comments") {
      edges { node { id content } }
    }
  }
\`;
graphql\`
  fragment App_shop on HomestayShop
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "AppShopQuery") {
    homestays(first: $count, after: $cursor) @connection(key: "App_shop_homestays") {
      edges { node { id title } }
    }
  }
\`;
graphql\`
  fragment App_order on HomestayOrder @refetchable(queryName: "AppOrderQuery") { state version }
\`;
graphql\`
  fragment App_payment on Payment @refetchable(queryName: "AppPaymentQuery") { payUrl }
\`;
graphql\`
  mutation AppCommentMutation($input: CommentOnStayInput!) {
    commentOnStay(input: $input) {
      ... on HomestayComment { id stars }
      ... on Refused { code message path }
    }
  }
\`;
`;

beforeAll(async () => {
  project = await relayProject();
  await project.write('App.js', app);
});
afterAll(() => project?.remove());

test('relay-compiler takes every connection, and each fragment that is read again by its node', async () => {
  await project.compile();
  const artifacts = await readdir(project.artifacts);
  expect(artifacts).toEqual(
    expect.arrayContaining([
      'AppCommentsQuery.graphql.js',
      'AppOrderQuery.graphql.js',
      'AppPaymentQuery.graphql.js',
      'AppShopQuery.graphql.js',
    ]),
  );
  const again = await readFile(join(project.artifacts, 'AppCommentsQuery.graphql.js'), 'utf8');
  expect(again).toContain('"name": "node"');
});

test('relay-compiler refuses what the schema does not have, so this test can fail', async () => {
  await project.write('Wrong.js', 'graphql`query WrongQuery { nodes { id } }`;');
  await expect(project.compile()).rejects.toThrow(/nodes/);
});
