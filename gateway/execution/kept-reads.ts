import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Keeping } from './cache-control.ts';
import { isObject } from './entity-merge.ts';
import type { MayChange } from './fetch-rules.ts';

/** Something that changed: of a type, one thing, or where `id` is not known, any. */
export type Change = { type: string; id?: string | undefined };

export type KeptReads = {
  /** @param onKept is told for how long what is found may be answered still */
  get(key: string, onKept?: (leftMs: number) => void): Data | undefined;
  /**
   * Keeps what was asked for at a moment. Changes since then make it untrue: of anything of its
   * types, and of the entity that it is of.
   */
  keep(key: string, value: Data, how: { keep: Keeping; entity?: Change; asked: Moment }): void;
  /** When something is asked for, to be given to `keep`. */
  now(): Moment;
  changed(changes: readonly Change[]): void;
  /** Forgets all, and keeps nothing that was asked for before. */
  forget(): void;
  /** How much is kept. */
  size(): { bytes: number; entries: number };
};

type Data = Record<string, unknown>;

/** On the clock of `performance.now()`, and after how many changes. */
export type Moment = { at: number; changes: number };

type Kept = { text: string; asked: number; of: readonly string[] };

/** What a string and its place in the table take besides its characters. */
const bytesOfEntry = 300;
const maxChanges = 10_000;

/**
 * Keeps what is the same for all, within a number of bytes; what was not asked for longest goes
 * first. It is kept as text, so that each who gets it may change it.
 */
export function keptReads(maxBytes: number): KeptReads {
  const kept = new LRUCache<string, Kept>({
    maxSize: maxBytes,
    sizeCalculation: ({ text }, key) => text.length + key.length + bytesOfEntry,
  });
  /** After which change everything is true that is kept; of some things, after which later one. */
  let changes = 0;
  let all = 0;
  const lastOf = new LRUCache<string, number>({
    max: maxChanges,
    dispose: (change, _of, why) => {
      if (why === 'evict') all = Math.max(all, change);
    },
  });
  const isTrue = ({ asked, of }: Kept) =>
    asked >= all && of.every((one) => asked >= (lastOf.get(one) ?? 0));

  return {
    get(key, onKept) {
      const found = kept.get(key);
      if (!found) return undefined;
      if (!isTrue(found)) {
        kept.delete(key);
        return undefined;
      }
      onKept?.(kept.getRemainingTTL(key));
      return JSON.parse(found.text) as Data;
    },
    keep(key, value, { keep, entity, asked }) {
      const of = [...keep.types].map(anyOf);
      if (entity?.id === undefined) of.push(...(entity ? [anyOf(entity.type)] : []));
      else of.push(everyOf(entity.type), thing(entity));
      const entry = { text: JSON.stringify(value), asked: asked.changes, of };
      kept.set(key, entry, { ttl: keep.seconds * 1_000, start: asked.at });
    },
    now: () => ({ at: performance.now(), changes }),
    changed(changed) {
      changes += 1;
      for (const one of changed) {
        lastOf.set(anyOf(one.type), changes);
        lastOf.set(one.id === undefined ? everyOf(one.type) : thing(one), changes);
      }
    },
    forget() {
      changes += 1;
      all = changes;
      kept.clear();
    },
    size: () => ({ bytes: kept.calculatedSize, entries: kept.size }),
  };
}

/** Any thing of a type: what shows some of them changes with each. */
const anyOf = (type: string): string => `any ${type}`;
/** Every thing of a type: it is not known which has changed. */
const everyOf = (type: string): string => `every ${type}`;
const thing = ({ type, id = '' }: Change): string => `${type} ${id}`;

/** The thing that a representation names, as far as that can be told by its `id`. */
export function representedBy(representation: string): Change {
  const { __typename: type, id } = JSON.parse(representation) as Data;
  return { type: String(type), id: id === undefined ? undefined : String(id) };
}

/** What a mutation has changed, by what it answers; all that it may, where it does not say. */
export function changesIn(
  { data }: Pick<ExecutionResult, 'data'>,
  possible: ReadonlyMap<string, readonly MayChange[]>,
): Change[] {
  return [...possible].flatMap(([field, types]) => {
    const given = data && Object.hasOwn(data, field) ? data[field] : undefined;
    const { __typename: type, id } = isObject(given) ? given : ({} as Data);
    const named = types.filter((one) => one.type === type);
    const known = named.length > 0 ? named : types;
    const thing = typeof id === 'string' ? { id } : {};
    return known.flatMap((one): Change[] => [
      { type: one.type, ...thing },
      ...one.inner.map((inner) => ({ type: inner })),
    ]);
  });
}
