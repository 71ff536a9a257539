import type { Db } from 'mongodb';
import type { Difference, DifferenceSource, FoundDifference } from '../domain/difference.ts';

type DifferenceDocument = Difference & { _id: string; source: DifferenceSource; foundAt: Date };

const maxListed = 1_000;

/** The differences that the last reconciliations found. */
export function openDifferences(db: Db) {
  const differences = db.collection<DifferenceDocument>('differences');
  return {
    /** Replaces what was found before in the same comparison, unless that is to stay. */
    async saveDifferences(
      source: DifferenceSource,
      found: readonly Difference[],
      foundAt: Date,
      keepOlder = false,
    ): Promise<void> {
      for (const one of found) {
        const _id = [source, one.kind, one.orderSn, one.paymentSn].join(' ');
        await differences.replaceOne({ _id }, { source, ...one, foundAt }, { upsert: true });
      }
      if (!keepOlder) await differences.deleteMany({ source, foundAt: { $lt: foundAt } });
    },

    /** All that the last comparison of this kind found. */
    differencesFrom: async (source: DifferenceSource): Promise<Difference[]> => {
      const found = await differences.find({ source }).sort({ _id: 1 }).toArray();
      return found.map(({ _id, source, foundAt, ...difference }) => difference);
    },

    /** At most 1,000, in a stable order. */
    listDifferences: async (): Promise<FoundDifference[]> => {
      const found = await differences.find().sort({ _id: 1 }).limit(maxListed).toArray();
      return found.map(({ _id, source, ...difference }) => difference);
    },
  };
}
