import { setTimeout as delay } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { isClientCode } from '../../runtime/errors.ts';
import type { GatewaySettings } from '../settings.ts';
import { concurrencyLimit } from './concurrency-limit.ts';
import type { QuotaKey } from './rate-limit.ts';

const delayMs = 500;
/** More refusals of one caller are not kept waiting: nor are they told. */
const atMostOfCaller = 100;
/** More of all are not kept waiting: they are told at once. */
const atMost = 1_000;
/** Whose refusals are counted. */
const rememberedCallers = 10_000;
/** Who may send more may be refused more. */
const weightOfOneAtOnce = 50_000;

/**
 * Lets who has used up all, or is refused again and again, wait for his refusal, so that sending
 * again and again costs him time and not us.
 * @returns whether the refusal is to be told; if not, the connection is to be cut
 */
export type Late = (caller: QuotaKey, refused: unknown) => boolean | Promise<boolean>;

export type RefusalSettings = Pick<
  GatewaySettings,
  'REFUSALS_AT_ONCE' | 'RATE_LIMIT_PER_USER' | 'RATE_LIMIT_PER_ADDRESS'
>;

export function slowRefusals(settings: RefusalSettings, now = () => performance.now()): Late {
  const atOnceOf = (limit: number) =>
    settings.REFUSALS_AT_ONCE ?? Math.max(1, limit / weightOfOneAtOnce);
  const isOften = {
    user: refusedOften(atOnceOf(settings.RATE_LIMIT_PER_USER), now),
    address: refusedOften(atOnceOf(settings.RATE_LIMIT_PER_ADDRESS), now),
  };
  const ofCallers = concurrencyLimit(atMostOfCaller);
  let waiting = 0;
  return ({ kind, key }, refused) => {
    const caller = `${kind} ${key}`;
    if (isOurs(refused)) return true;
    if (!isOften[kind](key) && codeOf(refused) !== 'TOO_MANY_REQUESTS') return true;
    const release = ofCallers.take(caller);
    if (!release) return false;
    if (waiting >= atMost) {
      release();
      return true;
    }
    waiting += 1;
    return delay(delayMs, true, { ref: false }).finally(() => {
      waiting -= 1;
      release();
    });
  };
}

/** @param atOnce refusals that are not often; each second a tenth of it more */
function refusedOften(atOnce: number, now: () => number) {
  const callers = new LRUCache<string, { count: number; at: number }>({ max: rememberedCallers });
  return (caller: string): boolean => {
    const before = callers.get(caller) ?? { count: 0, at: 0 };
    const at = now();
    const count = 1 + Math.max(0, before.count - ((at - before.at) / 10_000) * atOnce);
    callers.set(caller, { count: Math.min(count, atOnce), at });
    return count > atOnce;
  };
}

/** Who is refused because something is away, or by a fault, hears it at once. */
const isOurs = (refused: unknown): boolean =>
  !(refused instanceof AggregateError) &&
  (!isClientCode(codeOf(refused)) ||
    ['SERVICE_UNAVAILABLE', 'OPERATION_TIMEOUT'].includes(codeOf(refused)));

const codeOf = (refused: unknown): string =>
  refused instanceof GraphQLError ? String(refused.extensions.code) : '';
