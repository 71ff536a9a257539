import { openJobQueue } from '../runtime/job-queue.ts';
import { openDatabase } from '../runtime/mongo.ts';
import { contractOf } from '../schema/check/contract.ts';
import { readText, supergraphFile } from '../schema/subgraphs.ts';
import { beside } from './attack/failing-subgraph.ts';
import { attackRows, lasting, quickTurns, type Turns, wholeTurns } from './attack/interleaved.ts';
import type { Attack } from './attack/start-attackers.ts';
import { byHand, largeOperations, type Operation } from './attack/worst-operations.ts';
import { secondIn, store, untilClosed } from './closing/due-orders.ts';
import { startBehindGateway } from './measured-system.ts';
import { step } from './progress.ts';
import type { Benchmark, Row } from './rows.ts';
import { tokenOf } from './secrets.ts';
import { withMongo } from './stage.ts';

const query = '{ homestay(id: "home-1") { id title city } }';
const dueOrders = 300;
/** What a quick run measures: no more than needs no database. */
const few = ['answers 50 MB'];

/**
 * What an honest client feels, and how late orders close, while 16 users attack with the worst
 * operations that are let through. These are found by hand, and by a search among large operations
 * for the one that costs most CPU a byte. The gateway is measured as it is deployed, compiled and in
 * a process of its own, with the limits as they are; all other services share another. Then the same
 * beside a subgraph that hangs, floods, or answers 50 MB. Quiet turns and turns with attackers take
 * turns; `times` says how many times the p99 grows. Attackers run at low priority, for they stand for
 * other machines; yet all share this one's processors. So the gateway tells how late its event loop
 * was, how long it took inside and how much CPU it used meanwhile, and the honest client how late it
 * was itself: where that is as much as its p99, it is this machine that is slow, and only the CPU can
 * be compared.
 *
 * `npm run bench -- attack long floods`: only what begins with one of these words.
 * `--rounds=9`: so many turns of each, for medians that are less a matter of luck.
 */
export const run: Benchmark = async ({ quick, rest }) => {
  const { rounds, words } = read(rest);
  const length = { ...(quick ? quickTurns : wholeTurns), ...rounds };
  const only = quick && words.length === 0 ? few : words;
  const isWanted = (name: string) =>
    only.length === 0 || only.some((word) => name.startsWith(word));
  const rows: Row[] = [];
  const isSearched = Object.keys(searches).some(isWanted);
  if (isSearched || Object.keys(byHand).some(isWanted))
    await withMongo(async (uri) => {
      const system = await startSystem(uri);
      try {
        const found = isSearched ? await worstFound(system) : {};
        const all: Record<string, Operation> = { ...byHand, ...found };
        const attacks = Object.entries(all).filter(([name]) => isWanted(name));
        rows.push(...(await measure(system, attacks, length)));
      } finally {
        await system.stop();
      }
    });
  return [...rows, ...(await beside(isWanted, length))];
};

function read(rest: readonly string[]) {
  const option = rest.find((one) => one.startsWith('--rounds='));
  const words = rest.filter((one) => one !== option);
  return { words, rounds: option ? { rounds: Number(option.slice(9)) } : {} };
}

type Found = { query: string; cpu: number };

/** What is searched for, beside what was found by hand: the operation with most of this. */
const searches: Record<string, (one: Found) => number> = {
  'most CPU a byte': ({ cpu, query: { length } }) => cpu / length,
  'most CPU': ({ cpu }) => cpu,
};
const searchMs = 5_000;

type System = Awaited<ReturnType<typeof startSystem>>;

async function startSystem(uri: string) {
  step('starting a gateway, and all else behind it');
  const { prefix, ...system } = await startBehindGateway(uri, 200, lasting);
  const orders = await openDatabase(uri, `${prefix}order`);
  const queue = await openJobQueue({ MONGODB_URI: uri, DATABASE_PREFIX: prefix });
  const stop = async () => {
    system.stop();
    await orders.stop();
    await queue.stop();
  };
  return { ...system, orders, queue, stop };
}

/** For each search the worst of the operations that are let through. */
async function worstFound({ url, process }: System) {
  step('searching for the worst operation');
  const found: Found[] = [];
  const operations = largeOperations(contractOf(readText(supergraphFile)).api, 20_261_127);
  for (const until = Date.now() + searchMs; Date.now() < until; ) {
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

async function measure(
  system: System,
  operations: [string, Operation][],
  length: Turns,
): Promise<Row[]> {
  const attacks: Record<string, Attack> = {};
  // Each has a budget of its own, which none has used before.
  for (const [number, [what, operation]] of operations.entries())
    attacks[what] = { operation, address: `127.0.0.${number + 10}`, tokens: await usersFor(what) };
  const { url, process } = system;
  const honest = { query, token: await tokenOf('honest'), warmUp: 3 };
  const task = 'an honest client beside 16 attackers';
  const orders = (turnMs: number) => closing(system, turnMs);
  return attackRows({ url, process, honest, task, attacks, length, orders });
}

/** To store the orders takes a part of it. */
const dueAfterMs = 500;

/** Stores orders that are due once a turn has been measured. */
async function closing({ orders, queue }: System, turnMs: number) {
  const closeAt = secondIn(turnMs + dueAfterMs);
  await store(orders, dueOrders, closeAt);
  await queue.setJob('close-orders', closeAt);
  return async () => {
    const { late } = await untilClosed(orders, closeAt);
    return { closing: late.p99 };
  };
}
