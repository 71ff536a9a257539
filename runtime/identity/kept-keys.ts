import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTVerifyGetKey,
} from 'jose';
import { Gauge, type Registry } from 'prom-client';
import type { Log } from '../log.ts';
import { singleton } from '../single-metric.ts';

/**
 * How long the keys that were read last are believed while they cannot be read anew: an outage of
 * the identity provider is none of ours. A key that is withdrawn meanwhile is believed as long.
 */
const believedMs = 6 * 3_600_000;

/**
 * A token that was verified is known for so long, so that a key that is withdrawn is not believed
 * much longer.
 */
export const rememberedMs = 600_000;

/** During an outage keys are asked for again after so long. */
const retryAfterMs = 30_000;

/** The keys at an address could not be read, so a token may be good and cannot be verified. */
export class KeysUnreadable extends Error {
  override name = 'KeysUnreadable';
}

/** Since when the keys at an address cannot be read: told in the log, and shown as a metric. */
export type KeyOutages = { at(url: string): KeyOutage };

type KeyOutage = {
  /**
   * @param isHeld whether the keys that were read last are still believed
   * @param retry is called when the metric is read, so that an outage that is over does not last
   */
  goesOn(error: unknown, isHeld: boolean, retry: () => void): void;
  ended(): void;
  isOn(): boolean;
};

export function keyOutages(log: Log, metrics?: Registry): KeyOutages {
  const outages = new Map<string, { from: number; isHeld: boolean; retry: () => void }>();
  const longest = () =>
    Math.max(0, ...Array.from(outages.values(), ({ from }) => Date.now() - from));
  if (metrics)
    singleton(
      metrics,
      'token_keys_unreadable_seconds',
      (name) =>
        new Gauge({
          name,
          help: 'For how long the keys of users’ tokens could not be read; 0 while they can.',
          registers: [metrics],
          collect() {
            for (const { retry } of outages.values()) retry();
            this.set(longest() / 1_000);
          },
        }),
    );
  return {
    at: (url) => ({
      goesOn(error, isHeld, retry) {
        const known = outages.get(url);
        outages.set(url, { from: known?.from ?? Date.now(), isHeld, retry });
        if (known?.isHeld === isHeld) return;
        const now = isHeld ? 'the last ones hold' : 'none are believed';
        log.warn({ err: error, url }, `the keys of users’ tokens cannot be read; ${now}`);
      },
      ended() {
        if (outages.delete(url)) log.info({ url }, 'the keys of users’ tokens can be read again');
      },
      isOn: () => outages.has(url),
    }),
  };
}

/**
 * The public keys at an address. They are read again after ten minutes, and for a key that is not
 * among them, then at most twice a minute. While that fails, those that were read last hold.
 */
export function keptKeys(url: string, outages: KeyOutages): JWTVerifyGetKey {
  const outage = outages.at(url);
  let last: { text: string; readAt: number } | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  // What is verified now is believed for as long as it is remembered.
  const believed = () =>
    last && Date.now() <= last.readAt + believedMs - rememberedMs ? last : undefined;
  const unreadable = (cause: unknown) =>
    new KeysUnreadable(`the keys at ${url} cannot be read`, { cause });

  const readOrKept = async (address: string, options: RequestInit): Promise<Response> => {
    triedAt = Date.now();
    try {
      last = { text: await readKeys(address, options), readAt: Date.now() };
      outage.ended();
      return new Response(last.text);
    } catch (error) {
      if (error instanceof KeysWithdrawn) last = undefined;
      const kept = believed();
      outage.goesOn(error, kept !== undefined, retry);
      if (!kept) throw unreadable(error);
      return new Response(kept.text);
    }
  };
  const keys = createRemoteJWKSet(new URL(url), { [customFetch]: readOrKept });
  const retry = () => {
    if (Date.now() <= triedAt + retryAfterMs) return;
    // Set here too: the request is not sent at once.
    triedAt = Date.now();
    keys.reload().catch(() => {});
  };

  return async (header, token) => {
    try {
      return await keys(header, token).finally(() => {
        // The library holds for ten minutes what it is given, also what was kept.
        if (outage.isOn() && !believed()) throw unreadable(undefined);
      });
    } catch (error) {
      // The provider may have this key since, which we cannot see.
      if (error instanceof errors.JWKSNoMatchingKey && outage.isOn()) throw unreadable(error);
      throw error;
    } finally {
      if (outage.isOn()) retry();
    }
  };
}

/** The provider answers, and says that there are no keys: that is no outage. */
class KeysWithdrawn extends Error {
  override name = 'KeysWithdrawn';
}

async function readKeys(address: string, options: RequestInit): Promise<string> {
  const response = await fetch(address, options);
  const { status } = response;
  if (status !== 200) {
    const isOfClient = status >= 400 && status < 500;
    const isForNow = status === 408 || status === 429;
    const Refused = isOfClient && !isForNow ? KeysWithdrawn : Error;
    throw new Refused(`the keys at ${address}: status ${status}`);
  }
  const text = await response.text();
  createLocalJWKSet(JSON.parse(text));
  return text;
}
