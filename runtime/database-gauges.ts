import { Gauge, type Registry } from 'prom-client';
import { singleton } from './single-metric.ts';

type Labels = Record<string, string>;

/** A gauge that shows a part of what was read. */
export type DatabaseGauge<Read> = {
  name: string;
  help: string;
  labelNames?: string[];
  show(read: Read): readonly [labels: Labels, value: number][];
};

const readAgainMs = 1_000;
const longestMs = 2_000;

/**
 * Gauges of what is in the database. Each copy of a process reads it anew for a scrape, so all
 * copies show the same, and `max` over them is right for any number. Without an answer of the
 * database they show nothing rather than an old value.
 */
export function databaseGauges<Read>(
  metrics: Registry,
  read: () => Promise<Read>,
  shown: readonly DatabaseGauge<Read>[],
): void {
  const readOnce = shared(read);
  for (const { name, help, labelNames = [], show } of shown) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [metrics],
      async collect() {
        const values = await readOnce();
        this.reset();
        for (const [labels, value] of values === undefined ? [] : show(values))
          this.set(labels, value);
      },
    });
  }
}

/** One reading for all gauges of a scrape; undefined if it fails or takes too long. */
function shared<Read>(read: () => Promise<Read>): () => Promise<Read | undefined> {
  let last: { at: number; values: Promise<Read | undefined> } | undefined;
  return () => {
    if (last && performance.now() - last.at < readAgainMs) return last.values;
    const values = inTime(read()).catch(() => undefined);
    last = { at: performance.now(), values };
    return values;
  };
}

function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, longestMs, undefined);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Work that is not done yet: how much, and since when the oldest waits. */
export type OpenWork = { count: number; oldest: Date | null };

/**
 * Shows open work by its kind. The age is by the database's clock.
 * @param read the database's time, and the work by its kind
 */
export const openWorkGauges = (
  metrics: Registry,
  read: () => Promise<{ now: Date; work: Record<string, OpenWork> }>,
): void =>
  databaseGauges(metrics, read, [
    {
      name: 'open_work',
      help: 'Work that is not done yet, by its kind; at most 10,000 are counted',
      labelNames: ['kind'],
      show: ({ work }) => Object.entries(work).map(([kind, { count }]) => [{ kind }, count]),
    },
    {
      name: 'open_work_oldest_seconds',
      help: 'How long the oldest open work of a kind has waited; 0 if there is none',
      labelNames: ['kind'],
      show: ({ now, work }) =>
        Object.entries(work).map(([kind, { oldest }]) => [
          { kind },
          oldest ? Math.max(0, now.getTime() - oldest.getTime()) / 1_000 : 0,
        ]),
    },
  ]);

/** Shows who holds a lease: 1 for each that has not run out. */
export const leaseGauge = (
  metrics: Registry,
  read: () => Promise<readonly { lease: string; holder: string }[]>,
): void =>
  databaseGauges(metrics, read, [
    {
      name: 'lease_held',
      help: 'The process that holds a lease now',
      labelNames: ['lease', 'holder'],
      show: (held) => held.map((labels) => [labels, 1]),
    },
  ]);

/**
 * Shows how long a change stream has had no answer. The server answers four times a second, also if
 * nothing has changed.
 * @returns to be called for each answer
 */
export function streamGauge(metrics: Registry, stream: string): () => void {
  let last = performance.now();
  const ages = singleton(metrics, 'change_stream_silent_seconds', (name) => {
    const streams = new Map<string, () => number>();
    const gauge = new Gauge({
      name,
      help: 'How long a change stream has had no answer from the database',
      labelNames: ['stream'],
      registers: [metrics],
      collect() {
        for (const [label, age] of streams) this.set({ stream: label }, age());
      },
    });
    return Object.assign(gauge, { streams });
  });
  ages.streams.set(stream, () => (performance.now() - last) / 1_000);
  return () => {
    last = performance.now();
  };
}
