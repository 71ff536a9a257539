import type { OperationTypeNode } from 'graphql';
import { Counter, type Registry } from 'prom-client';
import { seriesOfTimes } from '../../runtime/series-of-times.ts';
import type { Client } from '../usage/client.ts';

/**
 * How an operation ended: `refused` has errors that the client has caused, `failed` at least one
 * that it has not, also beside data; from `left` the client has gone before.
 */
export type Outcome = 'answered' | 'refused' | 'failed' | 'left';

/**
 * The names that metrics tell apart. Anything else that a client may say is `other`, so that nobody
 * makes as many series as he likes.
 */
export type KnownNames = {
  operation(name: string | undefined): string;
  client(name: string): string;
};

export type EndedOperation = {
  /** None where the request was refused before its operation was known. */
  kind: OperationTypeNode | undefined;
  name: string | undefined;
  client: Client;
};

export type OperationMetrics = {
  ended(operation: EndedOperation, outcome: Outcome, ms: number): void;
  /** @param status of HTTP */
  responded(kind: EndedOperation['kind'], status: number, ms: number): void;
};

/** In the place of what is not known. */
const none = 'none';

/** Operations that ended in one way since somebody has looked. */
type Ended = { labels: [operation: string, client: string, outcome: Outcome]; count: number };

type Series = { count: (outcome: Outcome) => void; observe: (seconds: number) => void };

/** Rate, errors and duration of operations, by names of which there are only so many. */
export function operationMetrics(metrics: Registry, known: KnownNames): OperationMetrics {
  const since = new Set<Ended>();
  new Counter({
    name: 'gateway_operations_total',
    help: 'Operations of clients, by their registered name, client and outcome.',
    labelNames: ['operation', 'client', 'outcome'],
    registers: [metrics],
    // Counted here until somebody looks: prom-client makes a text of the labels each time.
    collect() {
      for (const one of since) {
        this.labels(...one.labels).inc(one.count);
        one.count = 0;
      }
    },
  });
  const seconds = seriesOfTimes(metrics, {
    name: 'gateway_operation_seconds',
    help: 'How long queries and mutations take, by their registered name and client.',
    labelNames: ['operation', 'client'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  });
  // Looked up for every request, so they are made once.
  const series = new Map<string, Map<string, Series>>();
  const seriesOf = (operation: string, client: string): Series => {
    const ofOperation = series.get(operation) ?? new Map<string, Series>();
    series.set(operation, ofOperation);
    const made = ofOperation.get(client);
    if (made) return made;
    const counts = new Map<Outcome, Ended>();
    const countedAs = (outcome: Outcome): Ended => {
      const made: Ended = { labels: [operation, client, outcome], count: 0 };
      counts.set(outcome, made);
      since.add(made);
      return made;
    };
    const all: Series = {
      count(outcome) {
        (counts.get(outcome) ?? countedAs(outcome)).count += 1;
      },
      observe: seconds(operation, client),
    };
    ofOperation.set(client, all);
    return all;
  };
  const requests = seriesOfTimes(metrics, {
    name: 'gateway_request_seconds',
    help: 'How long the gateway takes to answer a request over HTTP.',
    labelNames: ['kind', 'status'],
  });
  const responses = new Map<string, Map<number, (seconds: number) => void>>();
  const observerOf = (kind: string, status: number) => {
    const ofKind = responses.get(kind) ?? new Map<number, (seconds: number) => void>();
    responses.set(kind, ofKind);
    const observe = ofKind.get(status) ?? requests(kind, String(status));
    ofKind.set(status, observe);
    return observe;
  };
  return {
    responded: (kind, status, ms) => observerOf(kind ?? none, status)(ms / 1_000),
    ended({ kind, name, client }, outcome, ms) {
      const operation = kind === undefined ? none : known.operation(name);
      const one = seriesOf(operation, known.client(client.name));
      one.count(outcome);
      // A subscription lasts as long as its client wants.
      if (kind !== 'subscription' && outcome !== 'left') one.observe(ms / 1_000);
    },
  };
}
