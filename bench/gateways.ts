import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { freePort } from '../embedded/free-port.ts';
import { accessDirectives } from '../runtime/access.ts';
import { readText, supergraphFile } from '../schema/subgraphs.ts';
import { withoutRights } from '../testing/gateway/without-rights.ts';
import { compiled } from './build.ts';
import { type MeasuredProcess, startMeasured, untilAnswering } from './measured-process.ts';
import { peerHome } from './peers/install.ts';

export type Gateway = { url: string; process: MeasuredProcess };
export type GatewayNeeds = {
  /** Where the subgraphs are, and the secrets. */
  env: NodeJS.ProcessEnv;
  urls: Record<'travel' | 'order' | 'payment', string>;
  /** What subgraphs believe, as a header. */
  authorization: string;
  /** A token of a user. */
  token: string;
};

type Program = { program: string[]; cwd?: string; env?: NodeJS.ProcessEnv };

/** What a gateway needs that is told nothing but its settings. */
type Alone = Pick<GatewayNeeds, 'env' | 'token'> & Partial<GatewayNeeds>;

async function start({ program, cwd, env }: Program, needs: Alone): Promise<Gateway> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const process = startMeasured({
    program: program.map((part) => (part === '$PORT' ? port : part)),
    env: { ...needs.env, AUTHORIZATION: needs.authorization, ...env, PORT: port },
    ...(cwd ? { cwd } : {}),
  });
  await untilAnswering(url, { authorization: `Bearer ${needs.token}` }).catch((error) => {
    process.stop();
    throw error;
  });
  return { url, process };
}

/** Ours, from this checkout or another, compiled. */
export const startOurs = (needs: Alone, cwd?: string): Promise<Gateway> =>
  start({ program: [compiled('gateway', cwd)], ...(cwd ? { cwd } : {}) }, needs);

/**
 * Ours at another commit, on the schema of this one, so that all get the same operations. A commit
 * that knows no rights in the schema would refuse it: it gets what peers get.
 */
export const startEarlier = (needs: GatewayNeeds, folder: string): Promise<Gateway> => {
  const own = readFileSync(join(folder, supergraphFile), 'utf8');
  const file = join(folder, 'supergraph-of-bench.graphql');
  const knowsRights = accessDirectives.some((name) => own.includes(`@${name}`));
  writeFileSync(file, knowsRights ? readText(supergraphFile) : supergraphAt(needs.urls));
  return startOurs({ ...needs, env: { ...needs.env, SUPERGRAPH_FILE: file } }, folder);
};

/** `@apollo/server` and `@apollo/gateway` as they come. */
export const startStock = (needs: GatewayNeeds): Promise<Gateway> =>
  start({ program: ['bench/peers/stock-gateway.ts'] }, needs);

/** No gateway, only a loop over sockets. */
export const startRawLoop = (needs: GatewayNeeds): Promise<Gateway> =>
  start({ program: ['bench/subscriptions/raw-loop.ts'] }, needs);

/** No gateway: three operations by hand. */
export const startFloor = (needs: GatewayNeeds): Promise<Gateway> =>
  start({ program: ['bench/peers/floor-gateway.ts'] }, needs);

export const startMercurius = async (needs: GatewayNeeds): Promise<Gateway> => {
  const env = { PEERS: await peerHome('gateways') };
  return start({ program: ['bench/peers/mercurius-gateway.ts'], env }, needs);
};

/** Hive Gateway; its planner is written in TypeScript, or in Rust. */
export const startHive = async (
  needs: GatewayNeeds,
  planner: 'TypeScript' | 'Rust' = 'TypeScript',
): Promise<Gateway> => {
  const home = await peerHome('gateways');
  const folder = mkdtempSync(join(tmpdir(), 'homestay-hive-'));
  const supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, supergraphAt(needs.urls));
  const config = join(folder, 'gateway.config.mjs');
  writeFileSync(config, hiveConfig(supergraph, needs.authorization, planner, home));
  const bin = join(home, 'node_modules', '@graphql-hive', 'gateway', 'dist', 'bin.js');
  const where = ['--host', '127.0.0.1', '--config-path', config];
  return start(
    {
      program: [bin, 'supergraph', '--port', '$PORT', ...where],
      env: { NODE_ENV: 'production', LOG_LEVEL: 'error' },
    },
    needs,
  );
};

function hiveConfig(
  supergraph: string,
  authorization: string,
  planner: 'TypeScript' | 'Rust',
  home: string,
): string {
  const subscriptions = {
    kind: 'ws',
    location: '/graphql',
    options: { connectionParams: { authorization } },
  };
  const options = {
    supergraph,
    transportEntries: {
      '*.http': { headers: [['authorization', authorization]], options: { subscriptions } },
    },
  };
  const runtime = join(home, 'node_modules', '@graphql-hive', 'router-runtime', 'dist', 'index.js');
  return planner === 'TypeScript'
    ? `export const gatewayConfig = ${JSON.stringify(options)};`
    : `import { unifiedGraphHandler } from ${JSON.stringify(runtime)};
       export const gatewayConfig = { ...${JSON.stringify(options)}, unifiedGraphHandler };`;
}

function supergraphAt(urls: GatewayNeeds['urls']): string {
  const subgraphs = Object.entries(urls).map(([name, url]) => ({
    name,
    url: `${url}/graphql`,
    typeDefs: parse(readFileSync(new URL(`../schema/${name}.graphql`, import.meta.url), 'utf8')),
  }));
  const { supergraphSdl, errors } = composeServices(subgraphs);
  if (!supergraphSdl) throw new AggregateError(errors ?? [], 'the subgraphs do not compose');
  // Peers check rights in ways of their own.
  return withoutRights(supergraphSdl);
}
