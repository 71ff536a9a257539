import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { startWithStack } from '../../runtime/lifecycle.ts';
import type { Served } from '../serve.ts';
import { federationLink, startGatewayOf, startRawSubgraph } from './raw-subgraph.ts';

/** A subgraph that answers by resolvers of a test's own. */
export function startResolvedSubgraph(sdl: string, resolvers: object): Promise<Served> {
  const schema = buildSubgraphSchema({
    typeDefs: parse(federationLink + sdl),
    resolvers: resolvers as never,
  });
  return startRawSubgraph(async ({ query, variables }) =>
    JSON.stringify(await graphql({ schema, source: query, variableValues: variables })),
  );
}

/** A gateway before several such subgraphs, by their names. */
export const startGatewayOfResolvers = <Name extends string>(
  sdls: Record<Name, string>,
  resolvers: Record<Name, object>,
) =>
  startWithStack(async (stack) => {
    const names = Object.keys(sdls) as Name[];
    const declared = await Promise.all(
      names.map(async (name) => {
        const { url } = stack.use(await startResolvedSubgraph(sdls[name], resolvers[name]));
        return { name, sdl: sdls[name], url };
      }),
    );
    const { url } = stack.use(await startGatewayOf(declared));
    return { url };
  });
