import type { ClientSession, MongoClient, TransactionOptions } from 'mongodb';
import { ServiceUnavailable } from './errors.ts';

const durable: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
};

export type TransactionLimits = {
  /** How long one may take, with all that is tried again. */
  limitMs: number;
  /** Told of each try of a transaction: 0 is the first. */
  onTry?: ((before: number) => void) | undefined;
};

/**
 * Runs transactions. The driver tries one again after a write conflict, and for up to two minutes;
 * we stop asking after `limitMs`, because whoever waits has left by then.
 */
export const transactionsOf =
  (client: MongoClient, { limitMs, onTry }: TransactionLimits) =>
  <T>(work: (session: ClientSession) => Promise<T>): Promise<T> => {
    const end = Date.now() + limitMs;
    let tries = 0;
    return client.withSession((session) =>
      session.withTransaction(async () => {
        if (Date.now() > end)
          throw new ServiceUnavailable(`a transaction was not done after ${tries} tries`);
        onTry?.(tries++);
        return work(session);
      }, durable),
    );
  };
