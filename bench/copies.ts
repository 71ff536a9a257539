import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../embedded/free-port.ts';
import { openDatabase } from '../runtime/mongo.ts';
import { portSetting, type ServiceName, services, urlSetting } from '../runtime/services.ts';
import { addHomestays } from '../testing/catalogue.ts';
import { migrateTestDatabases, testDatabasePrefix } from '../testing/database.ts';
import { startProxy } from '../testing/proxy.ts';
import { buildIn } from './build.ts';
import { play } from './load.ts';
import { type MeasuredProcess, startMeasured, untilAnswering } from './measured-process.ts';
import * as placing from './placing.ts';
import { type Benchmark, type Figures, mediansOf, type Row } from './rows.ts';
import { secrets } from './secrets.ts';
import { withMongo } from './stage.ts';

const kinds = ['travel', 'order', 'payment', 'scheduler', 'gateway'] as const;
const list = `{ myHomestayOrders(first: 20) {
  nodes { sn state total { amount } homestay { id title } payment { sn state } } } }`;

/**
 * What a request costs all processes together with one process of each service, with two and with
 * four, each behind a load balancer. The database's cost is not in it. More processes than cores
 * take nothing off a request: what they add is the price of running many.
 */
export const run: Benchmark = async ({ quick }) => {
  const rows: Row[] = [];
  await withMongo(async (uri) => {
    for (const copies of quick ? [1, 2] : [1, 2, 4]) {
      console.error(`  ${copies} of each`);
      const figures = await measured(uri, copies, quick);
      for (const [task, each] of Object.entries(figures))
        rows.push({
          ...{ benchmark: 'copies', task, figures: each, role: copies === 1 ? 'ours' : 'peer' },
          subject: `${copies} of each service`,
        });
    }
  });
  return rows;
};

async function measured(uri: string, copies: number, quick: boolean) {
  const system = await startCopies(uri, copies);
  try {
    const orders = await placing.requests();
    const tasks = { 'an order of two nights': orders.body, '20 orders': listBody };
    const figures: Record<string, Figures> = {};
    for (const [task, body] of Object.entries(tasks)) {
      const rounds: Figures[] = [];
      for (let round = 0; round <= (quick ? 1 : 3); round += 1) {
        const load = { headers: orders.headers, body, seconds: quick ? 2 : 4 };
        rounds.push(await play({ ...system, ...load }));
      }
      figures[task] = mediansOf(rounds.slice(1));
    }
    return figures;
  } finally {
    await system.stop();
  }
}

const listBody = () => JSON.stringify({ query: list });

/** Starts so many compiled processes of each service, and a load balancer before them. */
async function startCopies(uri: string, copies: number) {
  const prefix = testDatabasePrefix();
  await migrateTestDatabases(prefix, uri);
  const travel = await openDatabase(uri, `${prefix}travel`);
  await addHomestays(travel, placing.homestays);
  await travel.stop();
  const ports = Object.fromEntries(
    await Promise.all(kinds.map(async (kind) => [kind, await freePorts(copies)] as const)),
  ) as Record<(typeof kinds)[number], number[]>;
  const balancers = await Promise.all(kinds.map((kind) => startProxy(inTurn(ports[kind]))));
  const url = (kind: ServiceName) =>
    `http://127.0.0.1:${balancers[(kinds as readonly string[]).indexOf(kind)]?.port}`;
  const env = {
    ...{ ...secrets, ...placing.settings, LOG_LEVEL: 'error' },
    ...{ MONGODB_URI: uri, DATABASE_PREFIX: prefix },
    ...Object.fromEntries(kinds.map((kind) => [urlSetting(kind), url(kind)])),
  };
  const root = buildIn(fileURLToPath(new URL('..', import.meta.url)));
  const processes = kinds.flatMap((kind) =>
    ports[kind].map((port) => {
      const program = [join(root, services[kind].folder, 'main.js')];
      return startMeasured({ program, env: { ...env, [portSetting(kind)]: String(port) } });
    }),
  );
  const stop = async () => {
    for (const one of processes) one.stop();
    await Promise.all(balancers.map((balancer) => balancer.stop()));
  };
  await Promise.all(ports.gateway.map((port) => untilAnswering(`http://127.0.0.1:${port}`))).catch(
    async (error) => {
      await stop();
      throw error;
    },
  );
  return { url: url('gateway'), process: together(processes), stop };
}

const freePorts = async (count: number): Promise<number[]> => {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
};

const inTurn = (ports: readonly number[]): (() => number) => {
  let turn = 0;
  return () => ports[turn++ % ports.length] as number;
};

/** Several processes, measured as if they were one. */
const together = (processes: readonly MeasuredProcess[]): MeasuredProcess => ({
  async usage() {
    const used = await Promise.all(processes.map((one) => one.usage()));
    const sum = (of: 'cpu' | 'memory') => used.reduce((total, one) => total + one[of], 0);
    return { cpu: sum('cpu'), memory: sum('memory') };
  },
  loopDelay: async () => Math.max(...(await Promise.all(processes.map((one) => one.loopDelay())))),
  stop() {
    for (const one of processes) one.stop();
  },
});
