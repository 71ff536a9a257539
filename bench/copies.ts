import { freePort } from '../embedded/free-port.ts';
import { portSetting, urlSetting } from '../runtime/services.ts';
import { inTurn, startProxy } from '../testing/proxy.ts';
import { compiled } from './build.ts';
import { fillHomestays } from './fill.ts';
import { play } from './load.ts';
import { startMeasured, together, untilAnswering } from './measured-process.ts';
import * as placing from './placing.ts';
import { step } from './progress.ts';
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
      step(`${copies} of each`);
      const figures = await measured(uri, copies);
      for (const [task, each] of Object.entries(figures))
        rows.push({
          ...{ benchmark: 'copies', task, figures: each, role: copies === 1 ? 'floor' : 'ours' },
          subject: `${copies} of each service`,
        });
    }
  });
  return rows;
};

async function measured(uri: string, copies: number) {
  const system = await startCopies(uri, copies);
  try {
    const orders = await placing.requests();
    const tasks = { 'an order of two nights': orders.body, '20 orders': listBody };
    const figures: Record<string, Figures> = {};
    for (const [task, body] of Object.entries(tasks)) {
      const rounds: Figures[] = [];
      for (let round = 0; round <= 3; round += 1) {
        const load = { headers: orders.headers, body, seconds: round === 0 ? 1.2 : 0.8 };
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
  const fleet = await Promise.all(
    kinds.map(async (kind) => {
      const ports = await Promise.all(Array.from({ length: copies }, freePort));
      const balancer = await startProxy(inTurn(() => ports));
      return { kind, ports, balancer, url: `http://127.0.0.1:${balancer.port}` };
    }),
  );
  const urls = Object.fromEntries(fleet.map(({ kind, url }) => [urlSetting(kind), url]));
  const env = {
    ...{ ...secrets, ...placing.settings, ...urls, LOG_LEVEL: 'error' },
    ...{ MONGODB_URI: uri, DATABASE_PREFIX: await fillHomestays(uri, placing.homestays) },
  };
  const process = together(
    fleet.flatMap(({ kind, ports }) =>
      ports.map((port) =>
        startMeasured({
          program: [compiled(kind)],
          env: { ...env, [portSetting(kind)]: String(port) },
        }),
      ),
    ),
  );
  const stop = async () => {
    process.stop();
    await Promise.all(fleet.map(({ balancer }) => balancer.stop()));
  };
  const gateways = fleet.flatMap(({ kind, ports }) => (kind === 'gateway' ? ports : []));
  await Promise.all(gateways.map((port) => untilAnswering(`http://127.0.0.1:${port}`))).catch(
    async (error) => {
      await stop();
      throw error;
    },
  );
  return { url: urls.GATEWAY_URL as string, process, stop };
}
