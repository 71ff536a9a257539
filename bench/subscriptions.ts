import type { ChildProcess } from 'node:child_process';
import { type Gateway, type GatewayNeeds, startHive, startOurs, startRawLoop } from './gateways.ts';
import { step } from './progress.ts';
import { type Benchmark, mediansOf, type Row, whyAbsent } from './rows.ts';
import { tokenOf } from './secrets.ts';
import { callerOf, stageSettings, startStage } from './subscriptions/start-stage.ts';
import { type Measured, measure, type Run } from './subscriptions/subscribers.ts';

const user = 'ana';
type Case = { subscribers: number; orders: 'same' | 'distinct' };
const cases: Case[] = [
  { subscribers: 1_000, orders: 'same' },
  { subscribers: 1_000, orders: 'distinct' },
];

type Peer = Pick<Row, 'role'> & {
  name: string;
  start: (needs: GatewayNeeds) => Promise<Gateway>;
  /** It takes long to start and to warm up: a quick run leaves it out. */
  isSlow?: true;
};
const peers: Peer[] = [
  { name: 'ours', role: 'ours', start: (needs) => startOurs(needs) },
  { name: 'raw loop', role: 'floor', start: startRawLoop },
  { name: 'Hive Gateway', role: 'peer', start: (needs) => startHive(needs), isSlow: true },
];

/**
 * Live orders, each event with two fetches from other subgraphs: ours, Hive Gateway, and a loop
 * over bare sockets that asks no other subgraph. All on the same subgraphs, taking turns. `--ours`:
 * without Hive Gateway.
 */
export const run: Benchmark = async ({ quick, rest }) => {
  const { stage, urls } = await startStage();
  const token = await tokenOf(user);
  // Subgraphs believe a signature for some minutes only, and the peers do not sign anew.
  const authorization = await callerOf(user);
  const needs = { urls, env: { ...stageSettings(urls), ...unlimited }, authorization, token };
  const chosen = peers.filter(({ isSlow }) => !isSlow || !rest.includes('--ours'));
  const starting = chosen.filter(({ isSlow }) => !quick || !isSlow);
  step(`starting ${starting.map(({ name }) => name).join(', ')}`);
  const started = await Promise.all(
    chosen.map(async (peer): Promise<Started> => {
      const found: Found = new Map(cases.map((one) => [one, []]));
      if (quick && peer.isSlow) return { ...peer, found, absent: 'not in a quick run' };
      const gateway = await peer.start(needs).catch((error: Error) => {
        if (peer.role === 'ours') throw error;
        return whyAbsent(error);
      });
      return typeof gateway === 'string'
        ? { ...peer, found, absent: gateway }
        : { ...peer, found, gateway };
    }),
  );
  try {
    await measureAll({ stage, token, started }, quick);
  } finally {
    for (const { gateway } of started) gateway?.process.stop();
    stage.kill();
  }
  return cases.flatMap((one) => started.map((peer) => rowOf(peer, one)));
};

type Found = Map<Case, Measured[]>;
type Started = Peer & { found: Found; gateway?: Gateway; absent?: string };
type Stand = { stage: ChildProcess; token: string; started: Started[] };

async function measureAll({ started, ...stand }: Stand, quick: boolean): Promise<void> {
  const [rounds, forMs] = quick ? [1, 600] : [3, 800];
  for (let round = 0; round <= rounds; round += 1)
    for (const peer of started) {
      if (!peer.gateway || peer.absent !== undefined) continue;
      step(`${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}: ${peer.name}`);
      const { url: gatewayUrl, process } = peer.gateway;
      const where = { ...stand, gatewayUrl, usage: process.usage, forMs };
      await (round === 0 ? warmUp(where) : measurePeer(peer, where)).catch((error: Error) => {
        if (peer.role === 'ours') throw error;
        peer.absent = whyAbsent(error);
      });
    }
}

type Where = Omit<Run, keyof Case>;

/** What is measured first would pay for everything's first time. */
const warmUp = (where: Where): Promise<unknown> =>
  measure({ ...where, subscribers: 10, orders: 'distinct' });

async function measurePeer({ found }: Started, where: Where): Promise<void> {
  for (const one of cases) found.get(one)?.push(await measure({ ...where, ...one }));
}

const unlimited = {
  RATE_LIMIT_PER_USER: '1000000000000',
  RATE_LIMIT_PER_ADDRESS: '1000000000000',
  SUBSCRIPTIONS_PER_USER: '20000',
  SUBSCRIPTION_CONNECTIONS_PER_USER: '20000',
};

function rowOf({ name, role, found, absent }: Started, one: Case): Row {
  const of = one.orders === 'same' ? 'one order' : 'as many orders';
  const task = `an event to ${one.subscribers} subscribers of ${of}`;
  const row = { benchmark: 'subscriptions', task, subject: name, role };
  if (absent !== undefined) return { ...row, figures: {}, absent };
  return { ...row, figures: mediansOf(found.get(one) ?? []) };
}
