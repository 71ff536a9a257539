import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import type { Stop } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import { signatureHeaders } from '../runtime/sandbox-signature.ts';
import type { Deliveries, Delivery } from './deliveries.ts';

export type DeliverOptions = {
  deliveries: Deliveries;
  now(): Promise<Date>;
  secrets: readonly string[];
  log: Log;
};

const lookEveryMs = 100;
const timeoutMs = 5_000;
const maxAttempts = 20;
const firstDelayMs = 500;
const longestDelayMs = 60_000;

/**
 * Delivers the webhooks that are due, each until it is answered with an OK or has failed often
 * enough.
 */
export function deliverWebhooks(options: DeliverOptions): Stop {
  const { deliveries, log } = options;
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await Promise.all((await deliveries.due()).map((delivery) => deliver(options, delivery)));
      } catch (error) {
        log.warn({ err: error }, 'webhooks could not be delivered');
      }
      await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}

async function deliver(options: DeliverOptions, { _id, url, body, attempts }: Delivery) {
  const { deliveries, secrets, log } = options;
  const now = await options.now();
  const status = await post(url, body, signatureHeaders(secrets, body, now));
  if (status === 200) return deliveries.remove(_id);
  if (attempts + 1 >= maxAttempts) {
    log.warn({ url, status }, 'a webhook is given up');
    return deliveries.remove(_id);
  }
  const delayMs = Math.min(firstDelayMs * 2 ** attempts, longestDelayMs);
  return deliveries.tryLater(_id, new Date(now.getTime() + delayMs));
}

/** The status of the answer, or why there is none. */
async function post(url: string, body: string, signature: Record<string, string>) {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signature },
      body,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    await answer.body.dump();
    return answer.statusCode;
  } catch (error) {
    return (error as Error).message;
  }
}
