import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Gateway, startOurs, startRawLoop } from './gateways.ts';
import { step } from './progress.ts';
import { type Benchmark, type Figures, type Row, spreadOf, whyAbsent } from './rows.ts';
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
          rows.push(rowOf(peer, task, figures));
      } finally {
        gateway.process.stop();
      }
    }
  } finally {
    stage.kill();
  }
  return rows;
};

const rowOf = (
  { name, role }: Pick<(typeof peers)[number], 'name' | 'role'>,
  task: string,
  found: Figures | Error,
): Row => ({
  ...{ benchmark: 'reconnect', task, subject: name, role },
  by: task.includes('sockets') ? 'memory' : 'p99',
  ...(found instanceof Error ? { figures: {}, absent: whyAbsent(found) } : { figures: found }),
});

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

/** Figures of each task, or why there are none. */
async function storm(
  gateway: Gateway,
  { stage, tokens, count, quietMs }: Storm,
): Promise<Record<string, Figures | Error>> {
  const where: Sockets = { url: gateway.url, tokens };
  const watched = Array.from({ length: witnesses }, (_, i) => count + i);
  let latencies: number[] = [];
  const heard = (ms: number) => latencies.push(ms);
  await Promise.all(watched.map((index) => openLiveSocket(where, index, heard)));
  const sockets = await openCalmly(where, count);
  const before = await gateway.process.usage();

  const events = paced(stage, watched);
  latencies = [];
  await delay(quietMs);
  const quiet = latencies;

  step('all come back at once');
  latencies = [];
  const cameBack = await allComeBack(gateway, where, sockets).catch((error: Error) => error);
  events.stop();
  return {
    [`${count} sockets, an order each`]: { memory: before.memory / 1e6 },
    [`${count} come back, until the present`]: cameBack,
    'an event to those who stayed, before': spreadOf(quiet),
    'an event to those who stayed, meanwhile': spreadOf(latencies),
  };
}

async function allComeBack(
  { process }: Gateway,
  where: Sockets,
  sockets: readonly LiveSocket[],
): Promise<Figures> {
  const before = await process.usage();
  for (const socket of sockets) socket.leave();
  const from = performance.now();
  const took = await Promise.all(
    sockets.map(async (_, index) => {
      await comeBack(where, index);
      return performance.now() - from;
    }),
  );
  const after = await process.usage();
  return { ...spreadOf(took), cpu: (after.cpu - before.cpu) / sockets.length };
}

/** Who is refused or cut off by a machine that has too much to do tries again a little later. */
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
