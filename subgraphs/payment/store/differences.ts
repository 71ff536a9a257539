import type { Db } from 'mongodb';
import type {
  Acknowledgement,
  Difference,
  DifferenceKey,
  DifferenceSource,
  FoundDifference,
} from '../domain/difference.ts';

type DifferenceDocument = Difference & {
  _id: string;
  source: DifferenceSource;
  foundAt: Date;
  /** An operator has acknowledged it as it is. Absent otherwise. */
  acknowledged?: true;
};

/** A difference as it was when it was last acknowledged, and all its acknowledgements. */
type AcknowledgedDocument = Difference & {
  _id: string;
  foundAt: Date;
  acknowledgedAt: Date;
  acknowledgements: Acknowledgement[];
};

const maxListed = 1_000;

const keyOf = ({ kind, orderSn, paymentSn }: DifferenceKey): string =>
  [kind, orderSn, paymentSn].join(' ');

/** Those that no operator has acknowledged. */
export const openOnly = { acknowledged: { $exists: false } };

/** The differences that the last reconciliations found, and those that operators acknowledged. */
export function openDifferences(db: Db) {
  const differences = db.collection<DifferenceDocument>('differences');
  const acknowledged = db.collection<AcknowledgedDocument>('acknowledged_differences');

  /** What is known of these differences from before, by their keys. */
  const knownOf = async (keys: readonly DifferenceKey[]) => {
    const found = await acknowledged.find({ _id: { $in: keys.map(keyOf) } }).toArray();
    return new Map(found.map((one) => [one._id, one]));
  };

  return {
    /**
     * Replaces what was found before in the same comparison, unless that is to stay. Returns those
     * that are open: not acknowledged as they are now.
     */
    async saveDifferences(
      source: DifferenceSource,
      found: readonly Difference[],
      foundAt: Date,
      keepOlder = false,
    ): Promise<Difference[]> {
      const known = await knownOf(found);
      const isOpen = (one: Difference) => {
        const before = known.get(keyOf(one));
        return !before || before.basis !== one.basis;
      };
      for (const one of found) {
        const _id = `${source} ${keyOf(one)}`;
        const mark = isOpen(one) ? {} : { acknowledged: true as const };
        const document = { source, ...one, foundAt, ...mark };
        await differences.replaceOne({ _id }, document, { upsert: true });
      }
      if (!keepOlder) await differences.deleteMany({ source, foundAt: { $lt: foundAt } });
      return found.filter(isOpen);
    },

    /** All that the last comparison of this kind found, and that is open. */
    differencesFrom: async (source: DifferenceSource): Promise<Difference[]> => {
      const found = await differences
        .find({ source, ...openOnly })
        .sort({ _id: 1 })
        .toArray();
      return found.map(({ _id, source, foundAt, ...difference }) => difference);
    },

    /** Those that are open: at most 1,000, in a stable order. */
    openDifferences: async (): Promise<FoundDifference[]> => {
      const found = await differences.find(openOnly).sort({ _id: 1 }).limit(maxListed).toArray();
      const known = await knownOf(found);
      return found.map(({ _id, source, ...difference }) => ({
        ...difference,
        acknowledgements: known.get(keyOf(difference))?.acknowledgements ?? [],
      }));
    },

    /** Those that were acknowledged: at most 1,000, the last first. */
    acknowledgedDifferences: async (): Promise<FoundDifference[]> => {
      const found = await acknowledged
        .find()
        .sort({ acknowledgedAt: -1, _id: 1 })
        .limit(maxListed)
        .toArray();
      return found.map(asFound);
    },

    /**
     * Keeps for good that an operator acknowledges a difference as it is now. Asked again, it
     * changes nothing. Null if there is no such difference.
     */
    async acknowledge(
      key: DifferenceKey,
      acknowledgement: Acknowledgement,
    ): Promise<FoundDifference | null> {
      const { kind, orderSn, paymentSn } = key;
      const found = await differences.findOne({ kind, orderSn, paymentSn });
      if (!found) return null;
      const { _id: id, source, acknowledged: mark, ...difference } = found;
      const _id = keyOf(key);
      if (!mark)
        await acknowledged.updateOne(
          { _id },
          {
            $set: { ...difference, acknowledgedAt: acknowledgement.at },
            ...(difference.owed ? {} : { $unset: { owed: '' } }),
            $push: { acknowledgements: acknowledgement },
          },
          { upsert: true },
        );
      const { basis } = difference;
      const asItIs = { _id: id, ...(basis === undefined ? {} : { basis }) };
      await differences.updateOne(asItIs, { $set: { acknowledged: true } });
      const kept = await acknowledged.findOne({ _id });
      return kept && asFound(kept);
    },
  };
}

const asFound = ({ _id, acknowledgedAt, ...found }: AcknowledgedDocument): FoundDifference => found;
