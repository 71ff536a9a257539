import { connect } from 'node:net';
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

const killAll =
  (service: ServiceName): Fault =>
  async ({ copies }) => {
    const all = copies.filter((copy) => copy.service === service);
    for (const copy of all) await copy.kill();
    return async () => void (await Promise.all(all.map((copy) => copy.start())));
  };

/** Clients that connect, ask once, and keep their connections. */
const connections =
  (count: number): Fault =>
  async (fleet, random) => {
    const { port } = copyOf(fleet, 'gateway', random);
    const open = Array.from({ length: count }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write('GET /health/live HTTP/1.1\r\nhost: gateway\r\n\r\n');
      return socket.resume();
    });
    return async () => {
      for (const socket of open) socket.destroy();
    };
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
  'every scheduler killed': killAll('scheduler'),
  'the provider killed': kill('sandbox'),
  'one order process frozen': freeze('order'),
  'one payment process frozen': freeze('payment'),
  'one travel process frozen': freeze('travel'),
  'one gateway frozen': freeze('gateway'),
  'one scheduler frozen': freeze('scheduler'),
  'the database killed': ({ killDatabase }) => killDatabase(),
  'the network to the database cut': cut('database'),
  'the database frozen': async ({ ways }) => {
    ways.database.freeze();
    return async () => ways.database.thaw();
  },
  'the database 50 ms slower': slow('database', 50),
  'the network to order cut': cut('order'),
  'the network to payment cut': cut('payment'),
  'travel 5 s slower': slow('travel', 2_500),
  '8,000 connections to one gateway': connections(8_000),
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
