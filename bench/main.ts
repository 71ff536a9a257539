import { prepare } from './prepare.ts';
import { record } from './record.ts';
import type { Benchmark, Row } from './rows.ts';
import { tableOf } from './table.ts';

/**
 * `npm run bench`: measures all side by side with peers and prints one table.
 * `npm run bench -- NAME`: only that. Each benchmark is a file of this folder.
 */
type Known = {
  what: string;
  load: () => Promise<{ run: Benchmark }>;
  /** Its figures say something only after minutes: a quick run of all leaves it out. */
  isLong?: true;
};

const benchmarks: Record<string, Known> = {
  gateway: {
    what: 'a request through the gateway, beside other gateways and a fetch by hand',
    load: () => import('./gateway.ts'),
  },
  subscriptions: {
    what: 'live orders, beside Hive Gateway and a loop over bare sockets',
    load: () => import('./subscriptions.ts'),
  },
  reconnect: {
    what: 'all clients of live orders come back at once, beside a loop over bare sockets',
    load: () => import('./reconnect.ts'),
  },
  orders: {
    what: 'placing an order through all services, beside the bare transaction',
    load: () => import('./orders.ts'),
  },
  pages: {
    what: 'the first page of the storefront on a slow phone, beside a bare list',
    load: () => import('./pages.ts'),
  },
  closing: {
    what: 'orders that are due in one second, beside queues with a job for each',
    load: () => import('./closing.ts'),
  },
  copies: {
    what: 'the same requests with one, two and four processes of each service',
    load: () => import('./copies.ts'),
    isLong: true,
  },
  growth: {
    what: 'the same requests of the order database with few orders in it and with many',
    load: () => import('./growth.ts'),
    isLong: true,
  },
  idle: {
    what: 'what each process costs while nobody asks, with no order that waits and with many',
    load: () => import('./idle.ts'),
    isLong: true,
  },
  search: {
    what: 'a page of a search among few homestays and among many',
    load: () => import('./search.ts'),
    isLong: true,
  },
  attack: {
    what: 'an honest client, and orders that are due, beside attackers and a subgraph that fails',
    load: () => import('./attack.ts'),
  },
  'schema-check': {
    what: 'checking a change of the schema, beside other checks',
    load: () => import('./schema-check.ts'),
  },
};

const usage = `npm run bench [-- NAME] [--quick] [--against REF] [--write]

  Without a name, all are run: on two cores that nothing else uses in some 15 minutes, with
  --quick in five. What they need is installed and built before, which takes minutes the first time.
  By name, subscriptions, reconnect, copies, growth, idle and search measure more than so.

  --quick        fewer and shorter rounds, and fewer rows
  --against REF  gateway, closing: measures that commit too
  --write        keeps the result and its chart in docs/measurements, for the README

${Object.entries(benchmarks)
  .map(([name, { what }]) => `  ${name.padEnd(14)} ${what}`)
  .join('\n')}`;

const given = process.argv.slice(2);
const take = (flag: string): boolean => {
  const at = given.indexOf(flag);
  if (at >= 0) given.splice(at, 1);
  return at >= 0;
};
const [help, quick, write] = [take('--help'), take('--quick'), take('--write')];
const at = given.indexOf('--against');
const against = at >= 0 ? given.splice(at, 2)[1] : undefined;
const name = given[0]?.startsWith('-') === false ? given.shift() : undefined;
if (help || (name !== undefined && !benchmarks[name])) {
  console.error(help ? usage : `There is no benchmark ${name}.\n\n${usage}`);
  process.exit(help ? 0 : 1);
}

const amongAll = name === undefined;
const leftOut = (benchmark: string, task: string): Row => ({
  ...{ benchmark, task, subject: 'ours', role: 'ours', figures: {} },
  absent: `a quick run of all has no time for it: npm run bench -- ${benchmark}`,
});

const secondsSince = (begin: number) => ((performance.now() - begin) / 1_000).toFixed(0);
const rows: Row[] = [];
if (amongAll) {
  const from = performance.now();
  await prepare();
  console.error(`ready to measure after ${secondsSince(from)} s`);
}
const begin = performance.now();
for (const [known, { what, load, isLong }] of Object.entries(benchmarks)) {
  if (!amongAll && name !== known) continue;
  if (amongAll && quick && isLong) {
    rows.push(leftOut(known, what));
    continue;
  }
  console.error(`${known}: ${what}`);
  const from = performance.now();
  try {
    const { run } = await load();
    rows.push(...(await run({ quick, amongAll, against, rest: given })));
  } catch (error) {
    console.error(`${known} gave up:`, error);
    process.exitCode = 1;
  }
  console.error(`  ${known} took ${secondsSince(from)} s`);
}
if (amongAll) console.error(`all of it took ${secondsSince(begin)} s`);
console.log(tableOf(rows));
console.error(`\nwritten to ${record(rows, { write, quick }).join(', ')}`);
process.exit();
