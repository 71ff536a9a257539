import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, GraphQLScalarType, graphql, parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Stop } from '../../runtime/lifecycle.ts';
import { newestWinsQueue } from '../../runtime/newest-wins-queue.ts';

export const ordinarySdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])
  scalar JSON
  type Query { ready: Boolean }
  type Subscription { tick(of: ID): Tick }
  type Tick { n: Int! thing: Thing must: Int! any: JSON secret: Int @authenticated }
  type Thing @key(fields: "id") { id: ID! }
`;

/** What an event shows. One that fails has a null in a field that may not be null. */
export type Tick = { n: number; fails?: boolean; any?: unknown };

/**
 * A subgraph as others write them: graphql-ws or graphql-sse by their own servers, without
 * positions of events.
 * @param change changes what it sends of an event
 */
export async function startOrdinarySubgraph(
  change: (result: ExecutionResult) => ExecutionResult = (result) => result,
): Promise<OrdinarySubgraph> {
  const sources = new Set<ReturnType<typeof newestWinsQueue<Tick>>>();
  const follow = (_: unknown, { of }: { of?: string }) => {
    if (of === 'nobody') throw new Error('there is no such thing to follow');
    const source = newestWinsQueue<Tick>({
      max: 100_000,
      keyOf: () => undefined,
      onEnd: () => sources.delete(source),
    });
    sources.add(source);
    return source;
  };
  const schema = buildSubgraphSchema({
    typeDefs: parse(ordinarySdl),
    resolvers: {
      JSON: new GraphQLScalarType({ name: 'JSON' }),
      Query: { ready: () => true },
      Subscription: { tick: { subscribe: follow, resolve: (tick: Tick) => tick } },
      Tick: {
        secret: () => 42,
        must: ({ fails }: Tick) => (fails ? null : 1),
        thing: ({ n }: Tick) => ({ id: String(n) }),
      },
    } as never,
  });
  const sse = createHandler({
    schema,
    onNext: (_context, _request, result) => change(result as ExecutionResult),
  });
  const server = createServer(async (request, response) => {
    if (request.url === '/stream') return sse(request, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString());
    const answer = await graphql({ schema, source: query, variableValues: variables });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const protocol = useServer(
    { schema, onNext: (_context, _id, _payload, _args, result) => change(result) },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const cut = () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
  };
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    streamUrl: `http://127.0.0.1:${port}/stream`,
    emit(...ticks) {
      for (const tick of ticks) for (const source of sources) source.push(tick);
    },
    followers: () => sources.size,
    complete() {
      for (const source of sources) source.end();
    },
    cut,
    async stop() {
      await protocol.dispose();
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type OrdinarySubgraph = {
  url: string;
  streamUrl: string;
  emit(...ticks: Tick[]): void;
  /** How many subscriptions are open at it. */
  followers(): number;
  /** Completes all subscriptions. */
  complete(): void;
  /** Breaks all connections. */
  cut(): void;
  stop: Stop;
};
