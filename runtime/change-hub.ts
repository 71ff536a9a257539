import type { ChangeStreamOptions, Collection, Document, Filter } from 'mongodb';
import { type ChangeFollower, followChangeStream } from './change-stream.ts';
import { changedDocuments } from './changed-documents.ts';
import { type KeyedListeners, keyedListeners } from './keyed-listeners.ts';
import type { Stop } from './lifecycle.ts';
import type { Log } from './log.ts';

/**
 * Called with a document after each change. `undefined` means that changes may have been missed:
 * read the document.
 */
export type OnChange<Doc> = (doc: Doc | undefined) => void;

/** Tells all listeners in a process about the changes of one collection, from one change stream. */
export type ChangeHub<Doc> = {
  /** Follows one document. It costs nothing that others change. */
  listenTo(id: string, onChange: OnChange<Doc>): () => void;
  /**
   * Follows the documents with this key, for which every one that changes is read. Read what is
   * there after this call, and you miss nothing.
   * @returns ends it
   */
  listen(key: string, onChange: OnChange<Doc>): () => void;
  stop: Stop;
};

export type ChangeHubOptions<Doc extends Document> = {
  collection: Collection<Doc>;
  /** The keys by which a document's changes are listened to, beside its id. */
  keysOf: (doc: Doc) => readonly string[];
  log: Log;
  /** Called for each answer of the server. */
  onAlive?: (() => void) | undefined;
  /** So long it goes on once nobody listens any more. */
  lingerMs?: number;
};

const standardLingerMs = 10_000;
/** Without listeners it says so often that it is alive. */
const restMs = 1_000;

type Change = { documentKey?: { _id: unknown } };

/** Only the ids travel: the documents are read together, and only if somebody listens. */
const idsOnly = [{ $project: { documentKey: 1 } }];

/**
 * Follows a collection, also through restarts of the database. Several quick changes of a document
 * may come as one that shows the last: a document that must tell each of its states keeps them.
 * While nobody listens it rests: each change costs the database as much for each process that
 * follows as for one with listeners.
 */
export async function openChangeHub<Doc extends Document>(
  options: ChangeHubOptions<Doc>,
): Promise<ChangeHub<Doc>> {
  const { collection, log, onAlive, lingerMs = standardLingerMs } = options;
  const listeners = keyedListeners<OnChange<Doc>>();
  const ofOne = keyedListeners<OnChange<Doc>>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const reader = changedDocuments<Doc>({
    read: (ids) =>
      collection.find({ _id: { $in: ids } } as Filter<Doc>).toArray() as Promise<Doc[]>,
    wanted: (id) => !listeners.isEmpty() || ofOne.has(String(id)),
    take: teller(options, (doc) => [
      ...ofOne.of([String(doc._id)]),
      ...listeners.of(options.keysOf(doc)),
    ]),
    onFailure: (error) =>
      log.warn({ err: error }, 'changed documents cannot be read; trying again'),
    signal,
  });

  const isWanted = () => !(listeners.isEmpty() && ofOne.isEmpty());
  let wake = () => {};
  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, restMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const waking = (listeners: KeyedListeners<OnChange<Doc>>) => {
    return (key: string, onChange: OnChange<Doc>) => {
      const leave = listeners.add(key, onChange);
      wake();
      return leave;
    };
  };

  let token: unknown;
  let isResting = false;
  let wantedAt = performance.now();
  const follower = (onOpen: () => void): ChangeFollower<Change> => ({
    async start() {
      while (isResting && !isWanted() && !signal.aborted) {
        onAlive?.();
        await rest();
      }
      isResting = false;
      wantedAt = performance.now();
      return { token };
    },
    watch: (how: ChangeStreamOptions) => collection.watch<never, never>(idsOnly, how),
    onOpen(at) {
      if (at.token === undefined)
        for (const onChange of [...ofOne.all(), ...listeners.all()]) onChange(undefined);
      onOpen();
    },
    onAnswer(change, next) {
      if (change?.documentKey) reader.add(change.documentKey._id);
      token = next;
      if (isWanted()) wantedAt = performance.now();
      else isResting = performance.now() - wantedAt >= lingerMs;
      // Whoever comes then is told, when the stream is open again, to read what is there.
      if (isResting) token = undefined;
      return !isResting;
    },
    onTokenLost() {
      token = undefined;
    },
  });
  let following = Promise.resolve();
  const stop = async () => {
    stopping.abort();
    wake();
    await following;
    await reader.idle();
  };
  await new Promise<void>((resolve, reject) => {
    following = followChangeStream(follower(resolve), { signal, log, onAlive, onError: reject });
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { listenTo: waking(ofOne), listen: waking(listeners), stop };
}

/**
 * Calls listeners. One that throws, or a document that cannot be understood, keeps nothing from the
 * others.
 */
function teller<Doc extends Document>(
  { collection, log }: ChangeHubOptions<Doc>,
  listenersOf: (doc: Doc) => Iterable<OnChange<Doc>>,
) {
  return (doc: Doc) => {
    const guarded = (call: () => void) => {
      try {
        call();
      } catch (error) {
        const where = { collection: collection.collectionName, id: String(doc._id) };
        log.error({ err: error, ...where }, 'a changed document cannot be passed on');
      }
    };
    guarded(() => {
      for (const onChange of listenersOf(doc)) guarded(() => onChange(doc));
    });
  };
}
