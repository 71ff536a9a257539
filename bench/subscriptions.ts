import type { ChildProcess } from 'node:child_process';
import { type Gateway, type GatewayNeeds, startHive, startOurs, startRawLoop } from './gateways.ts';
import { type Benchmark, type Figures, median, type Row, whyAbsent } from './rows.ts';
import { tokenOf } from './secrets.ts';
import type { StageReady } from './subscriptions/stage.ts';
import { callerOf, stageSettings, startStage } from './subscriptions/start-stage.ts';
import { type Measured, measure } from './subscriptions/subscribers.ts';

const user = 'ana';
type Case = { subscribers: number; orders: 'same' | 'distinct' };
const cases: Case[] = [
  { subscribers: 1, orders: 'same' },
  { subscribers: 100, orders: 'same' },
  { subscribers: 1_000, orders: 'same' },
  { subscribers: 100, orders: 'distinct' },
  { subscribers: 1_000, orders: 'distinct' },
];
/** What is measured where little time is. */
const shortCases = cases.filter(({ subscribers }) => subscribers === 1_000);

type Peer = Pick<Row, 'role'> & {
  name: string;
  start: (needs: GatewayNeeds) => Promise<Gateway>;
};
const peers: Peer[] = [
  { name: 'ours', role: 'ours', start: (needs) => startOurs(needs) },
  { name: 'raw loop', role: 'floor', start: startRawLoop },
  { name: 'Hive Gateway', role: 'peer', start: (needs) => startHive(needs) },
];

/**
 * Live orders, each event with two fetches from other subgraphs: ours, Hive Gateway, and a loop
 * over bare sockets that asks no other subgraph. All on the same subgraphs, taking turns. Memory is
 * of all subscribers together. `--ours`: without Hive Gateway.
 */
export const run: Benchmark = async ({ quick, amongAll, rest }) => {
  const { stage, urls } = await startStage();
  const token = await tokenOf(user);
  const chosen = rest.includes('--ours') ? peers.slice(0, 2) : peers;
  const found: Found = new Map();
  const isShort = quick || amongAll;
  const all = isShort ? shortCases : cases;
  await measureAll({ stage, token, urls, found }, chosen, all, isShort ? 1 : 2);
  stage.kill();
  return all.flatMap((one) => chosen.map((peer) => rowOf(peer, one, found)));
};

type Found = Map<string, Measured[] | Error>;
type Stand = { stage: ChildProcess; token: string; urls: StageReady['urls']; found: Found };
const keyOf = ({ name }: Peer, { subscribers, orders }: Case) => `${name} ${subscribers} ${orders}`;

async function measureAll(
  stand: Stand,
  chosen: Peer[],
  all: Case[],
  rounds: number,
): Promise<void> {
  for (let round = 1; round <= rounds; round += 1)
    for (const peer of chosen) {
      console.error(`  round ${round} of ${rounds}: ${peer.name}`);
      await measurePeer(stand, peer, all).catch((error: Error) => {
        if (peer.role === 'ours') throw error;
        for (const one of all) stand.found.set(keyOf(peer, one), error);
      });
    }
}

async function measurePeer(stand: Stand, peer: Peer, all: Case[]): Promise<void> {
  const { found, token, urls } = stand;
  // Subgraphs believe a signature for some minutes only, and the peers do not sign anew.
  const authorization = await callerOf(user);
  const env = { ...stageSettings(urls), ...unlimited };
  const gateway = await peer.start({ urls, env, authorization, token });
  try {
    for (const one of all) {
      const before = found.get(keyOf(peer, one)) ?? [];
      const now = await measureOne(stand, gateway, one).catch((error: Error) => error);
      const isMeasured = Array.isArray(before) && !(now instanceof Error);
      found.set(keyOf(peer, one), isMeasured ? [...before, now] : (now as Error));
    }
  } finally {
    gateway.process.stop();
  }
}

const unlimited = {
  RATE_LIMIT_PER_USER: '1000000000000',
  RATE_LIMIT_PER_ADDRESS: '1000000000000',
  SUBSCRIPTIONS_PER_USER: '20000',
  SUBSCRIPTION_CONNECTIONS_PER_USER: '20000',
};

async function measureOne(stand: Stand, gateway: Gateway, one: Case): Promise<Measured> {
  const where = {
    gatewayUrl: gateway.url,
    usage: gateway.process.usage,
    token: stand.token,
    stage: stand.stage,
  };
  // What is measured first would pay for everything's first time.
  if (!warm.has(gateway)) await measure({ ...where, subscribers: 10, orders: 'distinct' });
  warm.add(gateway);
  return measure({ ...where, ...one });
}
const warm = new WeakSet<Gateway>();

function rowOf(peer: Peer, one: Case, found: Found): Row {
  const runs = found.get(keyOf(peer, one)) ?? new Error('not measured');
  const of = one.orders === 'same' ? 'one order' : 'as many orders';
  const task = `an event to ${one.subscribers} subscribers of ${of}`;
  const row = { benchmark: 'subscriptions', task, subject: peer.name, role: peer.role };
  if (runs instanceof Error) return { ...row, figures: {}, absent: whyAbsent(runs) };
  const middle = (name: keyof Measured) => median(runs.map((run) => run[name]));
  const figures: Figures = {
    cpu: middle('cpuPerEvent'),
    perSecond: middle('eventsPerSecond'),
    p50: middle('p50'),
    p99: middle('p99'),
    memory: (middle('memoryPerSubscriber') * one.subscribers) / 1e6,
  };
  return { ...row, figures };
}
