import { connect, type Socket } from 'node:net';
import type { ServiceName } from '../runtime/services.ts';
import { oneOf } from '../testing/random.ts';
import type { Fleet } from './fleet.ts';

/** Makes a fault. Resolves with what mends it. */
export type Fault = (fleet: Fleet, random: () => number) => Promise<() => Promise<void>>;

const againAfterMs = 200;

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

const wholeRequest = 'GET /health/live HTTP/1.1\r\nhost: gateway\r\n\r\n';
const halfRequest = wholeRequest.slice(0, 20);

/**
 * Clients that connect, ask once, and keep their connections, as if they were about to ask again.
 * Whom the gateway sends away comes back.
 */
const connections =
  (count: number): Fault =>
  async (fleet, random) => {
    const { port } = copyOf(fleet, 'gateway', random);
    const open = new Set<Socket>();
    let mended = false;
    const hold = () => {
      const socket = connect(port, '127.0.0.1');
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        setTimeout(() => mended || hold(), againAfterMs * (0.5 + Math.random()));
      });
      socket.once('data', () => socket.write(halfRequest));
      socket.write(wholeRequest);
      socket.resume();
    };
    for (let one = 0; one < count; one += 1) hold();
    return async () => {
      mended = true;
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

/** A fault, with its alert in `ops/alerts.yml`; null where nothing is to be done about it. */
type Row = readonly [make: Fault, alert: string | null];

/** Every fault, by its name in the report. */
export const faults = {
  'one order process killed': [kill('order'), 'ProcessDown'],
  'the network to order cut': [cut('order'), 'ClientsSeeErrors'],
  'one payment process killed': [kill('payment'), 'ProcessDown'],
  'the provider killed': [kill('sandbox'), 'ProviderAway'],
  'one travel process killed': [kill('travel'), 'ProcessDown'],
  'the database killed': [({ killDatabase }) => killDatabase(), 'DatabaseSilent'],
  'one gateway killed': [kill('gateway'), 'ProcessDown'],
  'travel 5 s slower': [slow('travel', 2_500), 'ClientsWait'],
  'one scheduler killed': [kill('scheduler'), 'ProcessDown'],
  'the provider answers 503': [provider({ down: true }), 'ProviderAway'],
  'every scheduler killed': [killAll('scheduler'), 'ProcessDown'],
  'the network to the database cut': [cut('database'), 'DatabaseSilent'],
  'one order process frozen': [freeze('order'), 'ProcessDown'],
  '8,000 connections to one gateway': [connections(8_000), 'ConnectionsNearLimit'],
  'one payment process frozen': [freeze('payment'), 'ProcessDown'],
  "one scheduler's clock 150 s behind": [skewed(-150_000), 'ClocksDiffer'],
  'one travel process frozen': [freeze('travel'), 'ProcessDown'],
  'the network to payment cut': [cut('payment'), 'ClientsSeeErrors'],
  'one gateway frozen': [freeze('gateway'), 'ProcessDown'],
  'the provider 6 s slow': [provider({ answerAfterMs: 6_000 }), 'ProviderAway'],
  'one scheduler frozen': [freeze('scheduler'), 'ProcessDown'],
  'the database frozen': [
    async ({ ways }) => {
      ways.database.freeze();
      return async () => ways.database.thaw();
    },
    'DatabaseSilent',
  ],
  "one scheduler's clock an hour ahead": [skewed(3_600_000), 'ClocksDiffer'],
  'the database 50 ms slower': [slow('database', 50), null],
  'the provider fails and repeats itself': [
    provider({
      failNext: [500, 503, 429, 500, 503, 500],
      refunds: { times: 3, delayMs: 200 },
    }),
    null,
  ],
} as const satisfies Record<string, Row>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[];
