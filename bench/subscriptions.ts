import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SignJWT } from 'jose';
import { type Gateway, type GatewayNeeds, startHive, startOurs } from './subscriptions/gateways.ts';
import type { StageReady } from './subscriptions/stage.ts';
import { type Measured, measure } from './subscriptions/subscribers.ts';

const secrets = {
  SERVICE_SECRET: 'a secret of the benchmark, for the services',
  JWT_SECRET: 'a secret of the benchmark, long enough to be one',
};
const counts = [1, 100, 1_000];

/** Live orders, each event with two nested fetches from other subgraphs: ours and Hive Gateway, on the same subgraphs, one after the other. */
export const run = async (options: string[]): Promise<void> => {
  const { stage, urls } = await startStage();
  const callerToken = await sign(secrets.SERVICE_SECRET, {
    service: 'gateway',
    roles: [],
    aud: 'homestay-services',
  });
  const needs: GatewayNeeds = { urls, env: secrets, callerToken };
  console.log(
    `\n${['', 'subscribers', 'events/s', 'deliveries/s', 'p50 ms', 'p99 ms', 'cpu ms/event', 'failed', 'kB each'].map(cell).join('')}`,
  );
  await measureAll('ours', await startOurs(needs), stage);
  if (!options.includes('--ours')) await measureAll('Hive Gateway', await startHive(needs), stage);
  stage.kill();
};

async function measureAll(name: string, gateway: Gateway, stage: ChildProcess): Promise<void> {
  const token = await sign(secrets.JWT_SECRET, { iss: 'homestay-booking', aud: 'homestay-api' });
  try {
    const where = {
      gatewayUrl: gateway.url,
      gatewayPid: gateway.process.pid as number,
      token,
      stage,
    };
    // What is measured first would pay for everything's first time.
    await measure({ ...where, subscribers: 10, orders: 'distinct' });
    for (const orders of ['same', 'distinct'] as const) {
      for (const subscribers of orders === 'same' ? counts : counts.slice(1)) {
        const what = `${subscribers} ${orders}`;
        const giveUp = (error: Error) =>
          console.log(`${cell(name)}${cell(what)}  gave up: ${error.message}`);
        await measure({ ...where, subscribers, orders }).then(
          (measured) => row(name, what, measured),
          giveUp,
        );
      }
    }
  } finally {
    gateway.process.kill('SIGKILL');
  }
}

const sign = (secret: string, claims: Record<string, unknown>) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ana')
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(secret));

async function startStage(): Promise<{ stage: ChildProcess; urls: StageReady['urls'] }> {
  const file = fileURLToPath(new URL('./subscriptions/stage.ts', import.meta.url));
  const stage = fork(file, { env: { ...process.env, ...secrets }, execArgv: ['--import', 'tsx'] });
  const { urls } = await new Promise<StageReady>((resolve) =>
    stage.once('message', (ready) => resolve(ready as StageReady)),
  );
  return { stage, urls };
}

const cell = (text: string) => text.padStart(15);
const row = (
  name: string,
  what: string,
  {
    eventsPerSecond,
    deliveriesPerSecond,
    p50,
    p99,
    cpuPerEvent,
    failed,
    memoryPerSubscriber,
  }: Measured,
) =>
  console.log(
    [
      name,
      what,
      eventsPerSecond.toFixed(0),
      deliveriesPerSecond.toFixed(0),
      p50.toFixed(1),
      p99.toFixed(1),
      cpuPerEvent.toFixed(2),
      String(failed),
      memoryPerSubscriber.toFixed(0),
    ]
      .map(cell)
      .join(''),
  );
