import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { startWithStack } from '../../runtime/lifecycle.ts';
import { type Served, serve } from '../serve.ts';
import { startTestGateway } from './small-system.ts';

export type RawRequest = {
  query: string;
  variables: { representations?: { [field: string]: unknown }[]; [name: string]: unknown };
};
type RawAnswer = (
  request: RawRequest,
  response: ServerResponse,
  http: IncomingMessage,
) => string | undefined | Promise<string | undefined>;

/** A subgraph that answers whatever a test says: a text, or by itself where it returns none. */
export async function startRawSubgraph(answer: RawAnswer, path = '/graphql'): Promise<Served> {
  const { url, port, stop } = await serve(async (request, response) => {
    if (request.url !== path) return void response.writeHead(404).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = await answer(JSON.parse(Buffer.concat(chunks).toString()), response, request);
    if (text !== undefined) response.setHeader('content-type', 'application/json').end(text);
  });
  return { url: url + path, port, stop };
}

export type Declared = { name: string; sdl: string; url: string };

export const federationLink = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@requires", "@external", "@provides", "@shareable", "@override",
    "@inaccessible", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy",
    "@listSize", "@cost", "@composeDirective"])\n`;

/** Composes subgraphs. @throws what is wrong with them */
export function compose(declared: Declared[]): string {
  const { supergraphSdl, errors } = composeServices(
    declared.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(federationLink + sdl) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** A gateway before subgraphs of a test's own, on a supergraph file that the test may replace. */
export const startGatewayOf = (
  declared: Declared[],
  settings: Record<string, string> = {},
  log?: Parameters<typeof startTestGateway>[1],
) =>
  startWithStack(async (stack) => {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
    stack.defer(() => rm(folder, { recursive: true }));
    const file = join(folder, 'supergraph.graphql');
    const replace = async (supergraphSdl: string) => {
      await writeFile(`${file}.next`, supergraphSdl);
      await rename(`${file}.next`, file);
    };
    await replace(compose(declared));
    const gateway = stack.use(await startTestGateway({ ...settings, SUPERGRAPH_FILE: file }, log));
    return { url: gateway.url, replace };
  });
