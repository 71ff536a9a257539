import { record } from './record.ts';
import type { Benchmark, Row } from './rows.ts';
import { tableOf } from './table.ts';

/**
 * `npm run bench`: measures all side by side with peers and prints one table.
 * `npm run bench -- NAME`: only that. Each benchmark is a file of this folder.
 */
const benchmarks: Record<string, { what: string; load: () => Promise<{ run: Benchmark }> }> = {
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
  },
  growth: {
    what: 'the same requests of the order database with few orders in it and with many',
    load: () => import('./growth.ts'),
  },
  idle: {
    what: 'what each process costs while nobody asks, with no order that waits and with many',
    load: () => import('./idle.ts'),
  },
  search: {
    what: 'a page of a search among few homestays and among many',
    load: () => import('./search.ts'),
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

  --quick        fewer and shorter rounds: all of it in some seven minutes
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

const rows: Row[] = [];
for (const [known, { what, load }] of Object.entries(benchmarks)) {
  if (name !== undefined && name !== known) continue;
  console.error(`${known}: ${what}`);
  try {
    const { run } = await load();
    rows.push(...(await run({ quick, against, rest: given })));
  } catch (error) {
    console.error(`${known} gave up:`, error);
    process.exitCode = 1;
  }
}
console.log(tableOf(rows));
console.error(`\nwritten to ${record(rows, { write, quick }).join(', ')}`);
process.exit();
