import { type RateLimiterAbstract, RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import type { Breaker } from '../../runtime/breaker.ts';
import type { Log } from '../../runtime/log.ts';
import { loopTurn } from '../../runtime/loop-turn.ts';
import type { Database } from '../../runtime/mongo.ts';

/** Counts a weight. @throws `RateLimiterRes` where nothing is left */
export type Limiter = Pick<RateLimiterAbstract, 'consume'>;

export type SharedLimiterOptions = {
  db: Database['db'];
  limit: { keyPrefix: string; points: number; duration: number };
  /** Counts while the database does not. */
  memory: Limiter;
  /** One for all limits in one database. */
  circuit: Breaker;
  /** A driver waits for seconds for a database that is away; a request waits so long. */
  patienceMs: number;
  /** The time that the circuit is told. */
  now: () => number;
  log?: Log | undefined;
};

/**
 * One count for all gateways, in a database that no answer needs: while it is away, the memory of
 * this gateway counts, and nobody waits.
 */
export function sharedLimiter(options: SharedLimiterOptions): Limiter {
  const { db, limit, memory, circuit, patienceMs, now, log } = options;
  const store = new RateLimiterMongo({
    ...{ ...limit, storeClient: db, tableName: 'rate_limits' },
    // By itself it makes them once, also where the database is away then.
    disableIndexesCreation: true,
  });
  let opening: Promise<void> | undefined;
  const open = async () => {
    // The driver does not try again by itself until it has been connected once.
    await db.client.connect();
    // Without an index that is unique two gateways would count one key twice.
    await store.createIndexes();
  };
  const opened = () => {
    opening ??= open().catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  // The first request should not have to wait for it.
  opened().catch(() => {});
  return {
    async consume(key, weight) {
      if (!circuit.allows(now())) return memory.consume(key, weight);
      try {
        const counted = opened().then(() => store.consume(key, weight));
        const left = await inTime(patienceMs, counted);
        circuit.succeeded();
        return left;
      } catch (error) {
        if (error instanceof RateLimiterRes) {
          circuit.succeeded();
          throw error;
        }
        if (!circuit.open) log?.warn({ err: error }, 'the shared count of weights does not answer');
        circuit.failed(now());
        return memory.consume(key, weight);
      }
    },
  };
}

/** @throws when it takes too long */
function inTime<T>(patienceMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(async () => {
      // An answer may be there that this process was too busy to read.
      await loopTurn();
      reject(new Error(`no answer within ${patienceMs} ms`));
    }, patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
