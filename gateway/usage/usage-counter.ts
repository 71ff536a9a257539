import { createHash } from 'node:crypto';
import { type DocumentNode, getOperationAST } from 'graphql';
import type { Client } from './client.ts';
import { withoutLiterals } from './without-literals.ts';

/** How often a release of a client sent an operation on a day. */
type Count = { client: Client; count: number; firstSeen: number; lastSeen: number };
type Counted = {
  id: string;
  name: string;
  type: string;
  body: string;
  clients: Map<string, Count>;
};

/** What was counted on a day, as it is written. Instants are in RFC 3339, the day is in UTC. */
export type DayOfUsage = {
  format: 'operation-usage';
  version: 1;
  day: string;
  /** Operations that were counted for no client, because there were too many different ones. */
  other: number;
  operations: {
    id: string;
    name: string;
    type: string;
    body: string;
    clients: (Client & { count: number; firstSeen: string; lastSeen: string })[];
  }[];
};

export type UsageCounter = {
  /** Counts an operation that is valid. */
  count(document: DocumentNode, operationName: string | undefined, client: Client): void;
  /** What was counted since the last day was taken. */
  day(): DayOfUsage;
  /** Begins anew. */
  clear(): void;
};

/**
 * Different operations by client, in one process and one day. What comes after is counted together.
 */
const maxKeys = 5_000;
/** Characters of all their texts: all of it is written anew each minute. */
const maxText = 20_000_000;

/**
 * Counts operations by client in memory. Texts and clients are bounded, so that hostile ones cannot
 * fill it.
 */
export function usageCounter(now: () => number = Date.now): UsageCounter {
  let byId = new Map<string, Counted>();
  let known = new WeakMap<DocumentNode, Map<string, Counted>>();
  let keys = 0;
  let text = 0;
  let other = 0;
  let day = dayOf(now());

  const countedFor = (document: DocumentNode, operationName: string | undefined) => {
    const ofDocument = known.get(document) ?? new Map<string, Counted>();
    known.set(document, ofDocument);
    const found = ofDocument.get(operationName ?? '');
    if (found) return found;
    const made = describe(document, operationName);
    const counted = byId.get(made.id) ?? made;
    ofDocument.set(operationName ?? '', counted);
    return counted;
  };

  return {
    count(document, operationName, client) {
      const counted = countedFor(document, operationName);
      const key = `${client.name}@${client.version}`;
      const found = counted.clients.get(key);
      if (found) {
        found.count += 1;
        found.lastSeen = now();
        return;
      }
      const more = byId.has(counted.id) ? 0 : lengthOf(counted);
      if (keys < maxKeys && text + more <= maxText) {
        keys += 1;
        text += more;
        byId.set(counted.id, counted);
        counted.clients.set(key, { client, count: 1, firstSeen: now(), lastSeen: now() });
      } else other += 1;
    },
    day: () => ({ format: 'operation-usage', version: 1, day, other, operations: written(byId) }),
    clear() {
      byId = new Map();
      known = new WeakMap();
      keys = text = other = 0;
      day = dayOf(now());
    },
  };
}

const lengthOf = ({ name, body }: Counted): number => name.length + body.length;

export const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

function describe(document: DocumentNode, operationName: string | undefined): Counted {
  const operation = getOperationAST(document, operationName);
  const name = operation?.name?.value ?? '';
  const body = withoutLiterals(document, name);
  const id = createHash('sha256').update(body).digest('hex');
  return { id, name, type: operation?.operation ?? 'query', body, clients: new Map() };
}

const written = (byId: ReadonlyMap<string, Counted>): DayOfUsage['operations'] =>
  [...byId.values()].map(({ clients, ...operation }) => ({
    ...operation,
    clients: [...clients.values()].map(({ client, count, firstSeen, lastSeen }) => ({
      ...client,
      count,
      firstSeen: new Date(firstSeen).toISOString(),
      lastSeen: new Date(lastSeen).toISOString(),
    })),
  }));
