import { LRUCache } from 'lru-cache';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterMongo,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { clientError } from '../../runtime/errors.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import { openDatabase } from '../../runtime/mongo.ts';

/** Who is counted: a user, or a network address while nobody has signed in. */
export type QuotaKey = { kind: 'user' | 'address'; key: string };

/** What is left to a client, as headers of its response (draft-ietf-httpapi-ratelimit-headers). */
export type Budget = { headers: Record<string, string> };

/**
 * Limits the weight of the operations that a client sends in a minute, over all transports
 * together.
 */
export type RateLimit = {
  /** @throws TOO_MANY_REQUESTS where nothing is left */
  charge(quota: QuotaKey, weight: number): Promise<Budget>;
  /**
   * Costs nothing, so that nothing is read of a client that has used up all.
   * @throws TOO_MANY_REQUESTS where an earlier charge found nothing left
   */
  requireLeft(quota: QuotaKey): void;
  stop: Stop;
};

export type RateLimitSettings = {
  RATE_LIMIT_PER_USER: number;
  RATE_LIMIT_PER_ADDRESS: number;
  RATE_LIMIT_MONGODB_URI?: string | undefined;
};

const windowSeconds = 60;
/** What a request weighs besides the fields of its answer. */
const weightOfRequest = 10;

/** Opens the limits: in the memory of this gateway, or in MongoDB for all gateways together. */
export async function openRateLimit(settings: RateLimitSettings): Promise<RateLimit> {
  const points = {
    user: settings.RATE_LIMIT_PER_USER,
    address: settings.RATE_LIMIT_PER_ADDRESS,
  };
  const uri = settings.RATE_LIMIT_MONGODB_URI;
  const database = uri ? await openDatabase(uri, databaseName) : undefined;
  const limiterOf = (kind: QuotaKey['kind']): RateLimiterAbstract => {
    const options = { keyPrefix: kind, points: points[kind], duration: windowSeconds };
    const memory = new RateLimiterMemory(options);
    if (!database) return memory;
    return new RateLimiterMongo({
      ...options,
      storeClient: database.db,
      tableName: 'rate_limits',
      // Who has used it up is refused without asking the database; and without it each gateway
      // counts by itself.
      inMemoryBlockOnConsumed: points[kind],
      insuranceLimiter: memory,
    });
  };
  const usedUp = new LRUCache<string, RateLimiterRes>({ max: rememberedClients });
  const limiters = { user: limiterOf('user'), address: limiterOf('address') };
  return {
    async charge({ kind, key }, weight) {
      try {
        const left = await limiters[kind].consume(key, weight + weightOfRequest);
        return budgetOf(points[kind], left);
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        if (refused.msBeforeNext > 0)
          usedUp.set(`${kind} ${key}`, refused, { ttl: refused.msBeforeNext });
        throw tooMuch(points[kind], refused, kind);
      }
    },
    requireLeft({ kind, key }) {
      const name = `${kind} ${key}`;
      const refused = usedUp.get(name);
      if (!refused) return;
      const msBeforeNext = usedUp.getRemainingTTL(name);
      throw tooMuch(points[kind], { remainingPoints: 0, msBeforeNext }, kind);
    },
    stop: async () => database?.stop(),
  };
}

/** Clients that have used up all, which are refused at once. */
const rememberedClients = 10_000;

type Left = Pick<RateLimiterRes, 'remainingPoints' | 'msBeforeNext'>;

const databaseName = 'gateway_rate_limits';

const budgetOf = (points: number, { remainingPoints, msBeforeNext }: Left): Budget => ({
  headers: {
    'ratelimit-policy': `"weight";q=${points};w=${windowSeconds}`,
    ratelimit: `"weight";r=${Math.max(0, remainingPoints)};t=${secondsOf(msBeforeNext)}`,
  },
});

function tooMuch(points: number, left: Left, kind: QuotaKey['kind']) {
  const wait = secondsOf(left.msBeforeNext);
  const who = kind === 'user' ? 'one user' : 'one address without a token';
  return clientError(
    'TOO_MANY_REQUESTS',
    `Operations of ${who} may weigh ${points} a minute. Try again in ${wait} s.`,
    { ...budgetOf(points, left).headers, 'retry-after': String(wait) },
  );
}

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));
