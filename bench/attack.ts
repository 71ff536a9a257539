import { openJobQueue } from '../runtime/job-queue.ts';
import { openDatabase } from '../runtime/mongo.ts';
import { contractOf } from '../schema/check/contract.ts';
import { readText, supergraphFile } from '../schema/subgraphs.ts';
import { beside } from './attack/failing-subgraph.ts';
import { honestClient } from './attack/honest-client.ts';
import { interleaved, rowOf } from './attack/interleaved.ts';
import { type Attackers, startAttackers } from './attack/start-attackers.ts';
import { byHand, largeOperations, type Operation } from './attack/worst-operations.ts';
import { secondIn, store, untilClosed } from './closing/due-orders.ts';
import { startMeasuredSystem } from './measured-system.ts';
import type { Benchmark, Row } from './rows.ts';
import { tokenOf } from './secrets.ts';
import { withMongo } from './stage.ts';

const query = '{ homestay(id: "home-1") { id title city } }';
const dueOrders = 300;
/** What a quick run measures: heavy operations, light ones, and a subgraph that fails. */
const few = ['long pages', 'small and known', 'answers 50 MB'];

/**
 * What an honest client feels, and how late orders close, while 16 attackers send the worst
 * operations that are let through: from one address without a token, and as 16 users. The worst are
 * found by hand, and by a search among large operations for the one that costs most CPU a byte.
 * All services run in one process, with the limits as they are. Then the same beside a subgraph
 * that hangs, floods, or answers 50 MB. Quiet rounds and rounds with attackers take turns; `times`
 * says how many times the p99 grows. Closing is measured beside the 16 users. Attackers run at low
 * priority, for they stand for other machines; yet all share this one's processors. So the measured
 * process tells how late its own event loop was, how long it took inside and how much CPU it used
 * meanwhile, and the honest client how late it was itself: where that is as much as its p99, it is
 * this machine that is slow, and only the CPU can be compared.
 *
 * `npm run bench -- attack long floods`: only what begins with one of these words.
 */
export const run: Benchmark = async ({ quick, rest }) => {
  const only = quick && rest.length === 0 ? few : rest;
  const isWanted = (name: string) =>
    only.length === 0 || only.some((word) => name.startsWith(word));
  const rows: Row[] = [];
  const isSearched = Object.keys(searches).some(isWanted);
  if (isSearched || Object.keys(byHand).some(isWanted))
    await withMongo(async (uri) => {
      const system = await startSystem(uri);
      try {
        const found = isSearched ? await worstFound(system, quick ? 8 : 15) : {};
        const all: Record<string, Operation> = { ...byHand, ...found };
        const attacks = Object.entries(all).filter(([name]) => isWanted(name));
        rows.push(...(await measure(system, attacks, quick)));
      } finally {
        await system.stop();
      }
    });
  return [...rows, ...(await beside(quick, isWanted))];
};

type Found = { query: string; cpu: number };

/** What is searched for, beside what was found by hand: the operation with most of this. */
const searches: Record<string, (one: Found) => number> = {
  'most CPU a byte': ({ cpu, query: { length } }) => cpu / length,
  'most CPU': ({ cpu }) => cpu,
};

type System = Awaited<ReturnType<typeof startSystem>>;

async function startSystem(uri: string) {
  // What is measured is what lasts: not the first seconds, in which what was saved up is spent.
  // And as it is deployed: without it GraphQL.js looks at each value twice.
  const lasting = { COSTLY_BURST: '1ms', NODE_ENV: 'production' };
  const { prefix, ...system } = await startMeasuredSystem(uri, 200, lasting);
  const orders = await openDatabase(uri, `${prefix}order`);
  const queue = await openJobQueue({ MONGODB_URI: uri, DATABASE_PREFIX: prefix });
  const stop = async () => {
    system.process.stop();
    await orders.stop();
    await queue.stop();
  };
  return { ...system, orders, queue, stop };
}

/** For each search the worst of the operations that are let through. */
async function worstFound({ url, process }: System, seconds: number) {
  const found: Found[] = [];
  const operations = largeOperations(contractOf(readText(supergraphFile)).api, 20_261_127);
  for (const until = Date.now() + seconds * 1_000; Date.now() < until; ) {
    const { value } = operations.next();
    // Another user each time, so that no limit of one ends the search.
    const token = await tokenOf(`searcher-${found.length}`);
    const before = await process.usage();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: value }),
    });
    await response.text();
    const { cpu } = await process.usage();
    if (response.ok) found.push({ query: value as string, cpu: cpu - before.cpu });
  }
  console.error(`  ${found.length} large operations were let through`);
  const most = (of: (one: Found) => number) =>
    found.reduce((worst, one) => (of(one) > of(worst) ? one : worst)).query;
  return Object.fromEntries(
    Object.entries(searches).map(([name, of]) => [name, { query: most(of) }]),
  );
}

const usersFor = (attack: string) =>
  Promise.all(Array.from({ length: 16 }, (_, n) => tokenOf(`${attack} ${n}`)));

async function measure(system: System, attacks: [string, Operation][], quick: boolean) {
  const rows: Row[] = [];
  await honestClient(system.url, { query, token: await tokenOf('warming up'), seconds: 3 });
  for (const [number, [what, worst]] of attacks.entries()) {
    console.error(`  ${what}`);
    // Each has a budget of its own, which none has used before.
    const needs = { url: system.url, operation: worst, address: `127.0.0.${number + 10}` };
    const anybody = await startAttackers({ ...needs, tokens: [] });
    const users = await startAttackers({ ...needs, tokens: await usersFor(what) });
    try {
      rows.push(...(await attacked(system, what, { anybody, users }, quick)));
    } finally {
      anybody.stop();
      users.stop();
    }
  }
  return rows;
}

/**
 * One attack, from one address and as 16 users: what an honest client waits for, and how late orders
 * close that are due meanwhile.
 */
async function attacked(
  system: System,
  what: string,
  { anybody, users }: Record<'anybody' | 'users', Attackers>,
  quick: boolean,
): Promise<Row[]> {
  const { url, process } = system;
  const honest = { query, token: await tokenOf(`honest ${what}`) };
  const attackers = { [`${what}, 1 address`]: anybody, [`${what}, 16 users`]: users };
  const felt = await interleaved({ url, process, honest, attackers, quick });
  const closed = await closing(system, users);
  return Array.from(felt, ([name, one]) =>
    rowOf(name, one, attackers[name] === users ? closed : {}),
  );
}

async function closing({ orders, queue }: System, attackers: Attackers) {
  const closeAt = secondIn(3_000);
  await store(orders, dueOrders, closeAt);
  await queue.setJob('close-orders', closeAt);
  attackers.attack();
  const { late } = await untilClosed(orders, closeAt);
  await attackers.pause();
  return { closing: late.p99 };
}
