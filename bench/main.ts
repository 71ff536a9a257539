/**
 * `npm run bench -- NAME [OPTION…]`: measures side by side with a peer in one run. Each benchmark
 * is a file of this folder.
 */
const benchmarks: Record<
  string,
  { what: string; run: () => Promise<{ run(options: string[]): Promise<void> }> }
> = {
  closing: {
    what: 'orders that are due in one second, against one Agenda job for each',
    run: () => import('./closing.ts'),
  },
  gateway: {
    what: 'requests a second, against the stock gateway on the same subgraphs',
    run: () => import('./gateway.ts'),
  },
  subscriptions: {
    what: 'live orders to 1, 100 and 1,000 subscribers, beside Hive Gateway and a loop over bare sockets',
    run: () => import('./subscriptions.ts'),
  },
};

const [name = '', ...options] = process.argv.slice(2);
const benchmark = benchmarks[name];
if (!benchmark) {
  console.error(name ? `There is no benchmark ${name}. There are:\n` : 'Which one?\n');
  for (const [known, { what }] of Object.entries(benchmarks))
    console.error(`  npm run bench -- ${known.padEnd(14)} ${what}`);
  process.exit(1);
}
await (await benchmark.run()).run(options);
process.exit(0);
