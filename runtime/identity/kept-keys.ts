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

/** The keys at an address could not be read, so a token may be good and cannot be verified. */
export class KeysUnreadable extends Error {
  override name = 'KeysUnreadable';
}

/** Since when the keys at an address cannot be read: told once, and shown as a metric. */
export type KeyOutages = {
  at(url: string): { began(error: unknown): void; ended(): void; isOn(): boolean };
};

export function keyOutages(log: Log, metrics?: Registry): KeyOutages {
  const since = new Map<string, number>();
  const longest = () => Math.max(0, ...[...since.values()].map((from) => Date.now() - from));
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
            this.set(longest() / 1_000);
          },
        }),
    );
  return {
    at: (url) => ({
      began(error) {
        if (since.has(url)) return;
        since.set(url, Date.now());
        log.warn(
          { err: error, url },
          'the keys of users’ tokens cannot be read; the last ones hold',
        );
      },
      ended() {
        if (since.delete(url)) log.info({ url }, 'the keys of users’ tokens can be read again');
      },
      isOn: () => since.has(url),
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

  const readOrKept = async (address: string, options: RequestInit): Promise<Response> => {
    try {
      last = { text: await readKeys(address, options), readAt: Date.now() };
      outage.ended();
    } catch (error) {
      outage.began(error);
      if (!last || Date.now() > last.readAt + believedMs)
        throw new KeysUnreadable(`the keys at ${url} cannot be read`, { cause: error });
    }
    return new Response(last.text);
  };
  const keys = createRemoteJWKSet(new URL(url), { [customFetch]: readOrKept });

  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      // The provider may have this key since, which we cannot see.
      if (error instanceof errors.JWKSNoMatchingKey && outage.isOn())
        throw new KeysUnreadable(`the keys at ${url} cannot be read`, { cause: error });
      throw error;
    }
  };
}

async function readKeys(address: string, options: RequestInit): Promise<string> {
  const response = await fetch(address, options);
  if (response.status !== 200) throw new Error(`the keys at ${address}: status ${response.status}`);
  const text = await response.text();
  createLocalJWKSet(JSON.parse(text));
  return text;
}
