import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { freePort } from '../../embedded/free-port.ts';
import { cacheDirectory } from '../../embedded/mongodb/cache.ts';
import type { StageReady } from './stage.ts';

export type Gateway = { url: string; process: ChildProcess };
export type GatewayNeeds = {
  urls: StageReady['urls'];
  env: Record<string, string>;
  /** What subgraphs believe, as a header. */
  authorization: string;
};

/** Ours, as a process of its own. */
export async function startOurs({ urls, env }: GatewayNeeds): Promise<Gateway> {
  const port = await freePort();
  const settings = {
    PORT: String(port),
    TRAVEL_URL: urls.travel,
    ORDER_URL: urls.order,
    PAYMENT_URL: urls.payment,
    SUBSCRIPTIONS_PER_USER: '20000',
    SUBSCRIPTION_CONNECTIONS_PER_USER: '20000',
    LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, ['--import', 'tsx', 'gateway/main.ts'], {
    env: { ...process.env, ...env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { url: await answering(`http://127.0.0.1:${port}`), process: child };
}

/** The floor: no gateway, only a loop over sockets, in `raw-loop.ts`. */
export async function startRawLoop({ urls, authorization }: GatewayNeeds): Promise<Gateway> {
  const port = await freePort();
  const settings = { PORT: String(port), ORDER_URL: urls.order, AUTHORIZATION: authorization };
  const file = fileURLToPath(new URL('./raw-loop.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { url: await answering(`http://127.0.0.1:${port}`), process: child };
}

const hiveVersion = '2.15.1';

/** Versions of its parts that run on Node 20. */
const hiveOverrides = {
  '@graphql-tools/batch-execute': '10.2.0',
  '@whatwg-node/disposablestack': '^0.0.6',
  '@whatwg-node/fetch': '^0.10.13',
  '@whatwg-node/node-fetch': '^0.8.6',
  '@whatwg-node/promise-helpers': '^1.3.2',
  'sync-fetch': '0.6.0',
};

/** Hive Gateway, fetched once into the cache: a peer to measure against, and no dependency. */
export async function startHive({ urls, env, authorization }: GatewayNeeds): Promise<Gateway> {
  const home = join(cacheDirectory(), `hive-gateway-${hiveVersion}`);
  const bin = join(home, 'node_modules', '@graphql-hive', 'gateway', 'dist', 'bin.js');
  if (!existsSync(bin)) {
    console.error(`fetching Hive Gateway ${hiveVersion} into ${home} …`);
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(home, 'package.json'),
      JSON.stringify({ private: true, overrides: hiveOverrides }),
    );
    execFileSync(
      'npm',
      ['install', '--no-audit', '--no-fund', `@graphql-hive/gateway@${hiveVersion}`],
      {
        cwd: home,
        stdio: 'ignore',
      },
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'homestay-hive-'));
  const supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, supergraphAt(urls));
  const subscriptions = {
    kind: 'ws',
    location: '/graphql',
    options: { connectionParams: { authorization } },
  };
  const config = {
    supergraph,
    transportEntries: {
      '*.http': { headers: [['authorization', authorization]], options: { subscriptions } },
    },
  };
  const configFile = join(folder, 'gateway.config.mjs');
  writeFileSync(configFile, `export const gatewayConfig = ${JSON.stringify(config)};`);
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [bin, 'supergraph', '--port', String(port), '--host', '127.0.0.1', '--config-path', configFile],
    {
      cwd: home,
      env: { ...process.env, ...env, NODE_ENV: 'production', LOG_LEVEL: 'error' },
      stdio: 'ignore',
    },
  );
  return { url: await answering(`http://127.0.0.1:${port}`), process: child };
}

function supergraphAt(urls: StageReady['urls']): string {
  const subgraphs = Object.entries(urls).map(([name, url]) => ({
    name,
    url: `${url}/graphql`,
    typeDefs: parse(readFileSync(new URL(`../../schema/${name}.graphql`, import.meta.url), 'utf8')),
  }));
  const { supergraphSdl, errors } = composeServices(subgraphs);
  if (!supergraphSdl) throw new AggregateError(errors ?? [], 'the stage does not compose');
  return supergraphSdl;
}

async function answering(url: string): Promise<string> {
  const body = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json' };
  for (
    const until = Date.now() + 60_000;
    ;
    await new Promise((resolve) => setTimeout(resolve, 100))
  ) {
    const ok = await fetch(`${url}/graphql`, { method: 'POST', headers, body }).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return url;
    if (Date.now() > until) throw new Error(`${url} does not answer`);
  }
}
