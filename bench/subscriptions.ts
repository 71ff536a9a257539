import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SignJWT } from 'jose';
import { type Caller, callerSigner } from '../runtime/caller.ts';
import {
  type Gateway,
  type GatewayNeeds,
  startHive,
  startOurs,
  startRawLoop,
} from './subscriptions/gateways.ts';
import type { StageReady } from './subscriptions/stage.ts';
import { type Measured, measure } from './subscriptions/subscribers.ts';

const secrets = {
  SERVICE_SECRET: 'a secret of the benchmark, for the services',
  JWT_SECRET: 'a secret of the benchmark, long enough to be one',
};
type Case = { subscribers: number; orders: 'same' | 'distinct' };
const cases: Case[] = [
  { subscribers: 1, orders: 'same' },
  { subscribers: 100, orders: 'same' },
  { subscribers: 1_000, orders: 'same' },
  { subscribers: 100, orders: 'distinct' },
  { subscribers: 1_000, orders: 'distinct' },
];
const quickCases = cases.filter(({ subscribers }) => subscribers === 1_000);

type Peer = { name: string; start: (needs: GatewayNeeds) => Promise<Gateway> };
const ours: Peer = { name: 'ours', start: startOurs };
const floor: Peer = { name: 'raw loop', start: startRawLoop };
const hive: Peer = { name: 'Hive Gateway', start: startHive };

/**
 * Live orders, each event with two fetches from other subgraphs: ours, Hive Gateway, and a loop
 * over bare sockets that asks no other subgraph. All on the same subgraphs, in turn, three rounds;
 * the table shows medians.
 * `--quick`: one round, 1,000 subscribers only. `--ours`: without Hive Gateway.
 */
export const run = async (options: string[]): Promise<void> => {
  const { stage, urls } = await startStage();
  const userToken = await signedIn();
  const peers = options.includes('--ours') ? [ours, floor] : [ours, floor, hive];
  const quick = options.includes('--quick');
  const stand: Stand = { stage, userToken, urls };
  const found = await measureAll(stand, peers, quick ? quickCases : cases, quick ? 1 : 3);
  stage.kill();
  print(peers, quick ? quickCases : cases, found);
};

type Stand = { stage: ChildProcess; userToken: string; urls: StageReady['urls'] };
type Found = Map<string, Measured[]>;
const keyOf = ({ name }: Peer, { subscribers, orders }: Case) => `${name} ${subscribers} ${orders}`;

async function measureAll(
  stand: Stand,
  peers: Peer[],
  all: Case[],
  rounds: number,
): Promise<Found> {
  const found: Found = new Map();
  for (let round = 1; round <= rounds; round += 1)
    for (const peer of peers) {
      console.error(`round ${round} of ${rounds}: ${peer.name}`);
      // Subgraphs believe a signature for some minutes only, and the peers do not sign anew.
      const authorization = await callerSigner([secrets.SERVICE_SECRET])(gatewayItself);
      const gateway = await peer.start({ urls: stand.urls, env: secrets, authorization });
      try {
        for (const one of all) {
          const measured = await measureOne(stand, gateway, one).catch((error: Error) =>
            console.error(`  ${keyOf(peer, one)} gave up: ${error.message}`),
          );
          const key = keyOf(peer, one);
          if (!measured) continue;
          console.error(`  ${key}: ${measured.cpuPerEvent.toFixed(3)} ms of CPU for an event`);
          found.set(key, [...(found.get(key) ?? []), measured]);
        }
      } finally {
        gateway.process.kill('SIGKILL');
      }
    }
  return found;
}

async function measureOne(stand: Stand, gateway: Gateway, one: Case): Promise<Measured> {
  const where = {
    gatewayUrl: gateway.url,
    gatewayPid: gateway.process.pid as number,
    token: stand.userToken,
    stage: stand.stage,
  };
  // What is measured first would pay for everything's first time.
  if (!warm.has(gateway)) await measure({ ...where, subscribers: 10, orders: 'distinct' });
  warm.add(gateway);
  return measure({ ...where, ...one });
}
const warm = new WeakSet<Gateway>();

function print(peers: Peer[], all: Case[], found: Found): void {
  const titles = ['orders', '', 'events/s', 'deliveries/s', 'p50 ms', 'p99 ms', 'cpu ms/event'];
  console.log([...titles, 'to floor', 'failed', 'kB each'].map(cell).join(''));
  for (const one of all) {
    const cpu = (peer: Peer) => median(found.get(keyOf(peer, one)), 'cpuPerEvent');
    for (const peer of peers) {
      const runs = found.get(keyOf(peer, one));
      const of = (name: keyof Measured, digits: number) => median(runs, name).toFixed(digits);
      const row = [`${one.subscribers} ${one.orders}`, peer.name];
      row.push(of('eventsPerSecond', 0), of('deliveriesPerSecond', 0), of('p50', 1), of('p99', 1));
      row.push(of('cpuPerEvent', 3), (cpu(peer) / cpu(floor)).toFixed(2));
      console.log([...row, of('failed', 0), of('memoryPerSubscriber', 0)].map(cell).join(''));
    }
  }
}

function median(runs: Measured[] | undefined, name: keyof Measured): number {
  const sorted = (runs ?? []).map((run) => run[name]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const gatewayItself: Caller = { service: 'gateway', roles: [] };

const signedIn = () =>
  new SignJWT({ iss: 'homestay-booking', aud: 'homestay-api' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ana')
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(secrets.JWT_SECRET));

async function startStage(): Promise<{ stage: ChildProcess; urls: StageReady['urls'] }> {
  const file = fileURLToPath(new URL('./subscriptions/stage.ts', import.meta.url));
  const stage = fork(file, { env: { ...process.env, ...secrets }, execArgv: ['--import', 'tsx'] });
  const { urls } = await new Promise<StageReady>((resolve) =>
    stage.once('message', (ready) => resolve(ready as StageReady)),
  );
  return { stage, urls };
}

const cell = (text: string) => text.padStart(14);
