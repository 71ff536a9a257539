import { backoff } from './backoff.ts';
import { loopTurn } from './loop-turn.ts';

const maxReadAtOnce = 500;
const readAgainAfter = 3;

export type ChangedDocumentsNeeds<Doc> = {
  read(ids: unknown[]): Promise<Doc[]>;
  /** Whether anybody wants to know of it. Who asks later reads what is there. */
  wanted(id: unknown): boolean;
  take(doc: Doc): void;
  onFailure(error: unknown): void;
  signal: AbortSignal;
};

/** Reads changed documents in batches. A batch that cannot be read is read again. */
export function changedDocuments<Doc>({
  read,
  wanted,
  take,
  onFailure,
  signal,
}: ChangedDocumentsNeeds<Doc>) {
  const changed = new Set<unknown>();
  let reading: Promise<void> | undefined;

  const takeWanted = (): unknown[] => {
    for (const id of changed) if (!wanted(id)) changed.delete(id);
    const ids = [...changed].slice(0, maxReadAtOnce);
    for (const id of ids) changed.delete(id);
    return ids;
  };
  const readBatch = async () => {
    // By then the set holds everything that came in the same answer of the database.
    await loopTurn();
    const ids = takeWanted();
    if (ids.length === 0) return;
    try {
      for (const doc of await read(ids)) take(doc);
    } catch (error) {
      if (signal.aborted) return;
      onFailure(error);
      for (const id of ids) changed.add(id);
      await backoff(readAgainAfter, signal);
    }
  };
  const readAll = async () => {
    while (changed.size > 0 && !signal.aborted) await readBatch();
    reading = undefined;
  };
  return {
    add(id: unknown) {
      changed.add(id);
      reading ??= readAll();
    },
    idle: async () => void (await reading),
  };
}
