import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { printSchema } from 'graphql';
import { projectFile, supergraphFile } from '../schema/subgraphs.ts';

const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js');
let project: string;

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
  project = await mkdtemp(join(tmpdir(), 'homestay-relay-'));
  const sdl = await readFile(projectFile(supergraphFile), 'utf8');
  const supergraph = Supergraph.build(sdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  const api = printSchema(supergraph.apiSchema().toGraphQLJSSchema());
  const config = {
    src: './src',
    schema: './schema.graphql',
    language: 'javascript',
    artifactDirectory: './artifacts',
  };
  await mkdir(join(project, 'src'));
  await mkdir(join(project, 'artifacts'));
  await writeFile(join(project, 'schema.graphql'), api);
  await writeFile(join(project, 'relay.config.json'), JSON.stringify(config));
  await writeFile(join(project, 'src', 'App.js'), app);
});
afterAll(() => rm(project, { recursive: true }));

const compile = (): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, [compiler, 'relay.config.json'], {
    cwd: project,
    timeout: 60_000,
  });

test('relay-compiler takes every connection, and each fragment that is read again by its node', async () => {
  await compile();
  const artifacts = await readdir(join(project, 'artifacts'));
  expect(artifacts).toEqual(
    expect.arrayContaining([
      'AppCommentsQuery.graphql.js',
      'AppOrderQuery.graphql.js',
      'AppPaymentQuery.graphql.js',
      'AppShopQuery.graphql.js',
    ]),
  );
  const again = await readFile(join(project, 'artifacts', 'AppCommentsQuery.graphql.js'), 'utf8');
  expect(again).toContain('"name": "node"');
});

test('relay-compiler refuses what the schema does not have, so this test can fail', async () => {
  await writeFile(join(project, 'src', 'Wrong.js'), 'graphql`query WrongQuery { nodes { id } }`;');
  await expect(compile()).rejects.toThrow(/nodes/);
});
