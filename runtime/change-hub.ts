import { setImmediate as turn } from 'node:timers/promises';
import {
  type ChangeStream,
  type ChangeStreamDocument,
  type Collection,
  type Document,
  type Filter,
  MongoServerError,
} from 'mongodb';
import { backoff } from './backoff.ts';
import type { Stop } from './lifecycle.ts';
import type { Log } from './log.ts';

/** Called with a document as it is after a change; with nothing when changes may have been missed: look for yourself. */
export type OnChange<Doc> = (doc: Doc | undefined) => void;

/** Tells every listener in a process of the changes of one collection, from one change stream. */
export type ChangeHub<Doc> = {
  /**
   * Follows the documents that have this key, from now on: who reads what is there after this call misses nothing.
   * @returns ends it
   */
  listen(key: string, onChange: OnChange<Doc>): () => void;
  stop: Stop;
};

export type ChangeHubOptions<Doc extends Document> = {
  collection: Collection<Doc>;
  /** The keys by which a document's changes are listened to. */
  keysOf: (doc: Doc) => readonly string[];
  log: Log;
};

const maxReadAtOnce = 500;
// How long the database holds a question without an answer; as long may a stop take, which lets it come back.
const maxAwaitMs = 250;

/**
 * Follows a collection through restarts of the database: from where it was, by the stream's token. Where that is not possible
 * any more, listeners are told to look for themselves. Several quick changes of a document may come as one, showing the last:
 * a document that has to tell of every one of its states keeps them.
 */
export async function openChangeHub<Doc extends Document>(
  options: ChangeHubOptions<Doc>,
): Promise<ChangeHub<Doc>> {
  const { collection, keysOf, log } = options;
  const listeners = new Map<string, Set<OnChange<Doc>>>();
  const stopping = new AbortController();
  let token: unknown;
  let stream: ChangeStream<Doc, ChangeStreamDocument<Doc>> | undefined;

  const changed = new Set<unknown>();
  let delivering: Promise<void> | undefined;

  /** The documents are read together and only if somebody listens: many may change at once, and mostly nobody does. */
  const deliver = async () => {
    while (changed.size > 0) {
      // What else has come with the same answer of the database is noted by then.
      await turn();
      const ids = [...changed].slice(0, maxReadAtOnce);
      for (const id of ids) changed.delete(id);
      if (listeners.size === 0) continue;
      try {
        for (const doc of await collection.find({ _id: { $in: ids } } as Filter<Doc>).toArray())
          tell(doc as Doc);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn(
          { err: error, collection: collection.collectionName },
          'changed documents cannot be read; trying again',
        );
        for (const id of ids) changed.add(id);
        await backoff(3, stopping.signal);
      }
    }
  };

  const tell = (doc: Doc) => {
    for (const onChange of new Set(keysOf(doc).flatMap((key) => [...(listeners.get(key) ?? [])])))
      onChange(doc);
  };

  const note = (change: ChangeStreamDocument<Doc> | null) => {
    if (!change || !('documentKey' in change)) return;
    changed.add(change.documentKey._id);
    delivering ??= deliver().finally(() => {
      delivering = undefined;
    });
  };

  const open = async () => {
    const resume = token ? { resumeAfter: token } : {};
    stream = collection.watch<Doc>([], { maxAwaitTimeMS: maxAwaitMs, ...resume });
    // Until its first answer a stream is only a wish.
    const first = await stream.tryNext();
    if (!token)
      for (const called of listeners.values()) for (const onChange of called) onChange(undefined);
    note(first);
    token = stream.resumeToken;
    return stream;
  };

  const follow = async () => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        const opened = failures === 0 && stream ? stream : await open();
        failures = 0;
        while (!stopping.signal.aborted) {
          note(await opened.tryNext());
          token = opened.resumeToken;
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn(
          { err: error, collection: collection.collectionName },
          'changes cannot be followed; trying again',
        );
        await stream?.close().catch(() => {});
        // The database itself refuses: most likely what the token stands for is gone.
        if (error instanceof MongoServerError) token = undefined;
        failures += 1;
        await backoff(failures, stopping.signal, 1_000);
      }
    }
  };

  await open();
  const followed = follow();
  return {
    listen(key, onChange) {
      const called = listeners.get(key) ?? new Set();
      listeners.set(key, called.add(onChange));
      return () => {
        called.delete(onChange);
        if (called.size === 0 && listeners.get(key) === called) listeners.delete(key);
      };
    },
    async stop() {
      stopping.abort();
      await followed;
      await delivering;
      await stream?.close().catch(() => {});
    },
  };
}
