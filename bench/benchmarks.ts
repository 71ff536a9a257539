import type { Benchmark } from './rows.ts';

type Known = {
  what: string;
  load: () => Promise<{ run: Benchmark }>;
  /** How long it should take, on two cores that nothing else uses. */
  seconds: {
    whole: number;
    /** Left out where its figures say something only after minutes. */
    quick?: number;
  };
};

type Chosen = Omit<Known, 'seconds'> & { name: string; seconds: number };

/**
 * All that is measured, in the order in which it is run: what there may be no time for comes last.
 * Each is a file of this folder.
 */
export const benchmarks: Record<string, Known> = {
  gateway: {
    what: 'a request through the gateway, beside other gateways and a fetch by hand',
    load: () => import('./gateway.ts'),
    seconds: { whole: 62, quick: 30 },
  },
  subscriptions: {
    what: 'live orders, beside Hive Gateway and a loop over bare sockets',
    load: () => import('./subscriptions.ts'),
    seconds: { whole: 85, quick: 15 },
  },
  reconnect: {
    what: 'all clients of live orders come back at once, beside a loop over bare sockets',
    load: () => import('./reconnect.ts'),
    seconds: { whole: 56, quick: 14 },
  },
  orders: {
    what: 'placing an order through all services, beside the bare transaction',
    load: () => import('./orders.ts'),
    seconds: { whole: 25, quick: 14 },
  },
  closing: {
    what: 'orders that are due in one second, beside queues with a job for each',
    load: () => import('./closing.ts'),
    seconds: { whole: 190, quick: 22 },
  },
  'schema-check': {
    what: 'checking a change of the schema, beside other checks',
    load: () => import('./schema-check.ts'),
    seconds: { whole: 55, quick: 4 },
  },
  attack: {
    what: 'an honest client, and orders that are due, beside attackers and a subgraph that fails',
    load: () => import('./attack.ts'),
    seconds: { whole: 180, quick: 16 },
  },
  pages: {
    what: 'the first page of the storefront on a slow phone, beside a bare list',
    load: () => import('./pages.ts'),
    seconds: { whole: 28 },
  },
  growth: {
    what: 'the same requests of the order database with few orders in it and with many',
    load: () => import('./growth.ts'),
    seconds: { whole: 47 },
  },
  search: {
    what: 'a page of a search among few homestays and among many',
    load: () => import('./search.ts'),
    seconds: { whole: 81 },
  },
  copies: {
    what: 'the same requests with one, two and four processes of each service',
    load: () => import('./copies.ts'),
    seconds: { whole: 55 },
  },
  idle: {
    what: 'what each process costs while nobody asks, with no order that waits and with many',
    load: () => import('./idle.ts'),
    seconds: { whole: 34 },
  },
};

/** Those that are run: by their names, or else all that have such a form. */
export const chosen = (names: readonly string[], quick: boolean): Chosen[] =>
  Object.entries(benchmarks).flatMap(([name, { seconds, ...known }]) =>
    names.includes(name) || (names.length === 0 && !(quick && seconds.quick === undefined))
      ? { ...known, name, seconds: (quick ? seconds.quick : undefined) ?? seconds.whole }
      : [],
  );

/** How long a run of all may take, in seconds. */
export const limitOf = (quick: boolean): number => (quick ? 118 : 890);
