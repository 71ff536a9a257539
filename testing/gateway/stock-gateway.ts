import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { Registry } from 'prom-client';
import { subgraphAddress } from '../../gateway/subgraphs/address.ts';
import { type GatewayContext, openSubgraph } from '../../gateway/subgraphs/data-source.ts';
import { subgraphMetrics } from '../../gateway/subgraphs/subgraph-metrics.ts';
import { type Caller, callerSigner } from '../../runtime/caller.ts';
import { maskErrors } from '../../runtime/errors.ts';
import { callerOf } from '../../runtime/identity/identity.ts';
import { createLog } from '../../runtime/log.ts';
import { secrets } from '../tokens.ts';
import { testSettings } from './small-system.ts';
import { withoutRights } from './without-rights.ts';

/**
 * @apollo/server and @apollo/gateway as they come, but for the data source and the masking of
 *   errors: what our answers are compared with.
 * @param urls where each subgraph is asked
 * @param caller who asks, whatever a request says
 */
export async function startStockGateway(
  urls: Record<string, string>,
  caller: Caller = callerOf(undefined),
  supergraphSdl = readFileSync(testSettings().SUPERGRAPH_FILE, 'utf8'),
) {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const log = createLog('test', 'silent');
  const metrics = subgraphMetrics(new Registry());
  const needs = { sign: callerSigner(secrets.SERVICE_SECRET), metrics, log };
  const gateway = new ApolloGateway({
    supergraphSdl: withoutRights(supergraphSdl),
    logger: log,
    buildService: ({ name }) =>
      openSubgraph(
        {
          name,
          address: subgraphAddress(name, urls[name] as string),
          timeoutMs: 10_000,
          maxAnswerBytes: 10_000_000,
        },
        needs,
      ),
  });
  const server = new ApolloServer<GatewayContext>({
    gateway,
    formatError: maskErrors(log),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: log,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0 },
    context: async () => ({ caller }),
  });
  return { url: url.replace(/\/$/, ''), stop: () => server.stop() };
}
