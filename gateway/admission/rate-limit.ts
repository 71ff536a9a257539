import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { breaker } from '../../runtime/breaker.ts';
import { clientError } from '../../runtime/errors.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { type Limiter, sharedLimiter } from './shared-limiter.ts';

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

export type RateLimitOptions = { log?: Log; patienceMs?: number; now?: () => number };

/** Opens the limits: in the memory of this gateway, or in MongoDB for all gateways together. */
export async function openRateLimit(
  settings: RateLimitSettings,
  { log, patienceMs = 250, now = () => performance.now() }: RateLimitOptions = {},
): Promise<RateLimit> {
  const points = {
    user: settings.RATE_LIMIT_PER_USER,
    address: settings.RATE_LIMIT_PER_ADDRESS,
  };
  const uri = settings.RATE_LIMIT_MONGODB_URI;
  const database = uri ? await openDatabase(uri, databaseName, { lazy: true }) : undefined;
  const circuit = breaker(leftAlone);
  const limiterOf = (kind: QuotaKey['kind']): Limiter => {
    const limit = { keyPrefix: kind, points: points[kind], duration: windowSeconds };
    const memory = new RateLimiterMemory(limit);
    if (!database) return memory;
    return sharedLimiter({ db: database.db, limit, memory, circuit, patienceMs, now, log });
  };
  const usedUp = new LRUCache<string, RateLimiterRes>({ max: rememberedClients });
  const limiters = { user: limiterOf('user'), address: limiterOf('address') };
  const requireLeft: RateLimit['requireLeft'] = ({ kind, key }) => {
    const name = `${kind} ${key}`;
    const refused = usedUp.get(name);
    if (!refused) return;
    const msBeforeNext = usedUp.getRemainingTTL(name);
    throw tooMuch(points[kind], { remainingPoints: 0, msBeforeNext }, kind);
  };
  return {
    async charge(quota, weight) {
      const { kind, key } = quota;
      // No database is asked about who has used up all.
      requireLeft(quota);
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
    requireLeft,
    stop: async () => database?.stop(),
  };
}

/** After one charge that a shared database did not answer, it is not asked for some seconds. */
const leftAlone = { failures: 1, pauseMs: 5_000 };

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
