import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Gateway, startOurs, startRawLoop } from './gateways.ts';
import { step } from './progress.ts';
import { type Benchmark, type Figures, type Row, spreadOf } from './rows.ts';
import { tokenOf } from './secrets.ts';
import { type LiveSocket, openLiveSocket, type Sockets } from './subscriptions/sockets.ts';
import { callerOf, stageSettings, startStage } from './subscriptions/start-stage.ts';

const users = 1_000;
/** Sockets that are opened at the same time while there is no hurry. */
const calmly = 50;
const witnesses = 20;
const eventEveryMs = 10;

const peers = [
  { name: 'ours', role: 'ours', start: startOurs },
  { name: 'raw loop', role: 'floor', start: startRawLoop },
] as const;

/**
 * All clients lose their sockets at once and come back at once: how long each waits for the present
 * of its order, and what the subscribers notice who have not lost theirs.
 */
export const run: Benchmark = async ({ quick }) => {
  const count = quick ? 1_000 : 10_000;
  const quietMs = quick ? 1_000 : 3_000;
  const { stage, urls } = await startStage();
  const tokens = await Promise.all(Array.from({ length: users }, (_, i) => tokenOf(`user-${i}`)));
  const rows: Row[] = [];
  try {
    for (const peer of peers) {
      step(`${peer.name}: opening ${count} sockets`);
      const env = { ...stageSettings(urls), ...wideOpen };
      const needs = { urls, env, token: tokens[0] as string, authorization: await callerOf('ana') };
      const gateway = await peer.start(needs);
      try {
        const measured = await storm(gateway, { stage, tokens, count, quietMs });
        for (const [task, figures] of Object.entries(measured))
          rows.push({
            ...{ benchmark: 'reconnect', task, subject: peer.name, role: peer.role, figures },
            by: figures.p99 === undefined ? 'memory' : 'p99',
          });
      } finally {
        gateway.process.stop();
      }
    }
  } finally {
    stage.kill();
  }
  return rows;
};

const wideOpen = Object.fromEntries(
  [
    'RATE_LIMIT_PER_USER',
    'RATE_LIMIT_PER_ADDRESS',
    'SUBSCRIPTION_CONNECTIONS',
    'SUBSCRIPTIONS_PER_USER',
    'SUBSCRIPTION_CONNECTIONS_PER_USER',
    'SUBSCRIPTION_CONNECTIONS_PER_ADDRESS',
  ].map((name) => [name, '50000000']),
);

type Storm = { stage: ChildProcess; tokens: string[]; count: number; quietMs: number };

async function storm(
  gateway: Gateway,
  { stage, tokens, count, quietMs }: Storm,
): Promise<Record<string, Figures>> {
  const where: Sockets = { url: gateway.url, tokens };
  const watched = Array.from({ length: witnesses }, (_, i) => count + i);
  let latencies: number[] = [];
  const heard = (ms: number) => latencies.push(ms);
  await Promise.all(watched.map((index) => openLiveSocket(where, index, heard)));
  const sockets = await openCalmly(where, count);
  const { memory } = await gateway.process.usage();

  const events = paced(stage, watched);
  latencies = [];
  await delay(quietMs);
  const quiet = latencies;

  step('all come back at once');
  const before = await gateway.process.usage();
  latencies = [];
  for (const socket of sockets) socket.leave();
  const from = performance.now();
  const took = await Promise.all(
    sockets.map(async (_, index) => {
      await comeBack(where, index);
      return performance.now() - from;
    }),
  );
  const after = await gateway.process.usage();
  events.stop();
  return {
    [`${count} sockets, an order each`]: { memory: memory / 1e6 },
    [`${count} come back, until the present`]: {
      ...spreadOf(took),
      cpu: (after.cpu - before.cpu) / count,
    },
    'an event to those who stayed, before': spreadOf(quiet),
    'an event to those who stayed, meanwhile': spreadOf(latencies),
  };
}

/** Who is cut off, as by a machine that takes no more of them at once, tries again a little later. */
async function comeBack(where: Sockets, index: number): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      await openLiveSocket(where, index);
      return;
    } catch (error) {
      if (tries === 5) throw error;
      await delay(500 + Math.random() * 500);
    }
}

async function openCalmly(where: Sockets, count: number): Promise<LiveSocket[]> {
  const sockets: LiveSocket[] = [];
  let next = 0;
  const open = async () => {
    for (let index = next++; index < count; index = next++)
      sockets.push(await openLiveSocket(where, index));
  };
  await Promise.all(Array.from({ length: calmly }, open));
  return sockets;
}

/** Lets events of these orders come, one after another. */
function paced(stage: ChildProcess, watched: number[]): { stop(): void } {
  let sent = 0;
  const timer = setInterval(() => {
    stage.send({ emit: [`HSO-live-${watched[sent % watched.length]}`] });
    sent += 1;
  }, eventEveryMs);
  return { stop: () => clearInterval(timer) };
}
