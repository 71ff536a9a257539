import { type NewestWinsQueue, newestWinsQueue } from './newest-wins-queue.ts';
import type { SeenVersions } from './subgraph-subscriptions.ts';

/** A thing whose versions are counted 1, 2, 3 …, and that can tell each of its earlier ones. */
export type Versioned = { version: number };

/** A thing to show: if the subscriber has not seen it, its versions after `after` are news. */
export type Shown<Thing> = { thing: Thing; after: number };

export type FollowVersionsOptions<Thing extends Versioned> = {
  /** The versions that the subscriber has seen already, by key. */
  seen: SeenVersions;
  /** How many events may wait for a slow subscriber. */
  max: number;
  keyOf(thing: Thing): string;
  /** The thing as it was in an earlier version. */
  atVersion(thing: Thing, version: number): Thing;
  /**
   * Reads the current state, what is to be shown first at the front. What it throws ends the
   * subscription: it is the place to refuse a caller, because nothing is shown before it has
   * answered.
   * @param sent the version that was last shown of each thing
   * @param first false when it is called again because changes may have been missed
   */
  look(sent: ReadonlyMap<string, number>, first: boolean): Promise<readonly Shown<Thing>[]>;
  /** Calls with a thing after each change, or with nothing when changes may have been missed. */
  listen(onChange: (thing: Thing | null | undefined) => void): () => void;
  /**
   * For a changed thing that was never shown: the version after which its versions are news. By
   * default all of them.
   */
  startAfter?(thing: Thing): number;
};

/**
 * The current state, then each later version: in order, none twice, none missed. On resubscribe,
 * pass the last seen versions to receive only newer ones.
 */
export function followVersions<Thing extends Versioned>(
  options: FollowVersionsOptions<Thing>,
): NewestWinsQueue<Thing> {
  const { seen, max, keyOf, atVersion, look, listen, startAfter = () => 0 } = options;
  const sent = new Map(Object.entries(seen));
  const early: Thing[] = [];
  let looked = false;

  const show = ({ thing, after }: Shown<Thing>) => {
    const last = sent.get(keyOf(thing)) ?? after;
    for (let version = last + 1; version <= thing.version; version += 1)
      queue.push(version === thing.version ? thing : atVersion(thing, version));
    sent.set(keyOf(thing), Math.max(last, thing.version));
  };
  const showChange = (thing: Thing) => show({ thing, after: startAfter(thing) });
  const lookAgain = async () => {
    for (const shown of await look(sent, !looked)) show(shown);
    looked = true;
    for (const thing of early.splice(0)) showChange(thing);
  };
  const lookOrFail = () => void lookAgain().catch((error) => queue.fail(error));

  const unlisten = listen((thing) => {
    if (!thing) lookOrFail();
    else if (looked) showChange(thing);
    else early.push(thing);
  });
  const queue = newestWinsQueue<Thing>({ max, keyOf, onEnd: unlisten });
  lookOrFail();
  return queue;
}
