import type { ServiceName } from '../runtime/services.ts';
import { oneOf } from '../testing/random.ts';
import type { Fleet } from './fleet.ts';

/** Makes a fault. Resolves with what mends it. */
export type Fault = (fleet: Fleet, random: () => number) => Promise<() => Promise<void>>;

const copyOf = ({ copies }: Fleet, service: ServiceName, random: () => number) =>
  oneOf(
    random,
    copies.filter((copy) => copy.service === service),
  );

const kill =
  (service: ServiceName): Fault =>
  async (fleet, random) => {
    const copy = copyOf(fleet, service, random);
    await copy.kill();
    return () => copy.start();
  };

const freeze =
  (service: ServiceName): Fault =>
  async (fleet, random) => {
    const copy = copyOf(fleet, service, random);
    copy.pause();
    return async () => copy.resume();
  };

type Way = keyof Fleet['ways'];

const cut =
  (way: Way): Fault =>
  async ({ ways }) => {
    ways[way].cut();
    return async () => ways[way].mend();
  };

const slow =
  (way: Way, ms: number): Fault =>
  async ({ ways }) => {
    ways[way].slowDown(ms);
    return async () => ways[way].slowDown(0);
  };

const skewed =
  (ms: number): Fault =>
  async (fleet, random) => {
    const copy = copyOf(fleet, 'scheduler', random);
    await copy.kill();
    await copy.start(ms);
    return async () => {
      await copy.kill();
      await copy.start();
    };
  };

const provider =
  (behaviour: object): Fault =>
  async ({ sandboxUrl }) => {
    const behave = async (how: object) => {
      const body = JSON.stringify(how);
      await fetch(`${sandboxUrl}/test/behaviour`, { method: 'POST', body });
    };
    await behave(behaviour);
    return () => behave({});
  };

/** Every fault, by its name in the report. */
export const faults = {
  'one order process killed': kill('order'),
  'one payment process killed': kill('payment'),
  'one travel process killed': kill('travel'),
  'one gateway killed': kill('gateway'),
  'one scheduler killed': kill('scheduler'),
  'the provider killed': kill('sandbox'),
  'one order process frozen': freeze('order'),
  'one payment process frozen': freeze('payment'),
  'one travel process frozen': freeze('travel'),
  'one gateway frozen': freeze('gateway'),
  'one scheduler frozen': freeze('scheduler'),
  'the network to the database cut': cut('database'),
  'the database frozen': async ({ ways }) => {
    ways.database.freeze();
    return async () => ways.database.thaw();
  },
  'the database 50 ms slower': slow('database', 50),
  'the network to order cut': cut('order'),
  'the network to payment cut': cut('payment'),
  'travel 2 s slower': slow('travel', 2_000),
  'the provider answers 503': provider({ down: true }),
  'the provider 6 s slow': provider({ answerAfterMs: 6_000 }),
  'the provider fails and repeats itself': provider({
    failNext: [500, 503, 429, 500, 503, 500],
    refunds: { times: 3, delayMs: 200 },
  }),
  "one scheduler's clock 150 s behind": skewed(-150_000),
  "one scheduler's clock an hour ahead": skewed(3_600_000),
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[];
