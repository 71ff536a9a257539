import { setTimeout as after } from 'node:timers/promises';
import { request } from 'undici';
import type { Stop } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import { signatureHeaders } from '../subgraphs/payment/providers/sandbox/signature.ts';
import type { Delivery, SandboxStore } from './store.ts';

const lookEveryMs = 100;
const timeoutMs = 5_000;
const mostAttempts = 20;
const longestDelayMs = 60_000;

/** Sends the notifications that are due, each again and again until it is answered with an OK or given up. */
export function deliverNotifications(store: SandboxStore, secret: string, log: Log): Stop {
  const stopping = new AbortController();

  async function deliver({ _id, url, body, attempts }: Delivery): Promise<void> {
    const now = await store.now();
    const status = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signatureHeaders(secret, body, now) },
      body,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    })
      .then(async (answer) => {
        await answer.body.dump();
        return answer.statusCode;
      })
      .catch((error) => error.message);
    if (status === 200 || attempts + 1 >= mostAttempts) {
      if (status !== 200) log.warn({ url, status }, 'a notification is given up');
      await store.delivered(_id);
    } else {
      await store.deliverLater(
        _id,
        new Date(now.getTime() + Math.min(500 * 2 ** attempts, longestDelayMs)),
      );
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await Promise.all((await store.dueDeliveries()).map(deliver));
      } catch (error) {
        log.warn({ err: error }, 'notifications could not be sent');
      }
      await after(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}
