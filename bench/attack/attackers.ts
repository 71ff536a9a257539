import { setMaxListeners } from 'node:events';
import { constants, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Attack } from './start-attackers.ts';
import type { Operation } from './worst-operations.ts';

/**
 * A process of its own: 16 clients who send an operation again and again, as a new document each
 * time unless it is said to be known. They begin when they are told what; at `pause` they leave, and
 * tell what they were answered.
 */
const { URL_OF_GATEWAY = '' } = process.env;
// They stand for other machines, and must not take the time of what they attack.
setPriority(constants.priority.PRIORITY_LOW);
const attackers = 16;
let sent = 0;

/** What the next request sends. */
function bodies({ query, variables, isKnown, body }: Operation): () => string {
  const known = body ?? JSON.stringify({ query, variables });
  return isKnown || body
    ? () => known
    : () => JSON.stringify({ query: `${query} #${sent}`, variables });
}

/** Of tokens that are not good, every other is one that was spoilt, the rest are made up. */
const authorizationOf = (token: string | undefined, n: number, isForged = false) =>
  isForged ? `Bearer ${(n % 2 === 0 && token) || 'x.y'}.z` : token && `Bearer ${token}`;

function begin({ operation, tokens, address, everyMs = 0 }: Attack) {
  const pool = new Pool(URL_OF_GATEWAY, { connections: attackers, localAddress: address });
  const stop = new AbortController();
  const { signal } = stop;
  setMaxListeners(0, signal);
  const heard: Record<string, number> = {};
  const [at, cpu] = [performance.now(), process.cpuUsage()];
  const bodyOf = bodies(operation);

  const ask = async (authorization: string | undefined): Promise<void> => {
    sent += 1;
    const headers = {
      'content-type': 'application/json',
      ...(authorization ? { authorization } : {}),
    };
    const request = { path: '/graphql', method: 'POST', headers, body: bodyOf(), signal } as const;
    const status = await pool.request(request).then(
      async ({ statusCode, body }) => {
        await body.dump({ limit: 100_000_000 });
        return String(statusCode);
      },
      () => (signal.aborted ? 'given up' : 'failed'),
    );
    heard[status] = (heard[status] ?? 0) + 1;
  };
  const client = async (n: number): Promise<void> => {
    const authorization = authorizationOf(tokens[n], n, operation.isForged);
    // At a pace they take turns, and whoever waits for an answer asks when it has come.
    for (let due = at + (n * everyMs) / attackers; !signal.aborted; due += everyMs) {
      if (everyMs > 0) await delay(due - performance.now());
      if (!signal.aborted) await ask(authorization);
    }
  };
  const all = Promise.all(Array.from({ length: attackers }, (_, n) => client(n)));
  return async () => {
    stop.abort();
    await all;
    await pool.destroy();
    const { user, system } = process.cpuUsage(cpu);
    return { heard, busy: (user + system) / 10 / (performance.now() - at) };
  };
}

let leave: ReturnType<typeof begin> | undefined;
process.on('message', async (message: 'pause' | Attack) => {
  if (message === 'pause') process.send?.(await leave?.());
  else leave = begin(message);
});
process.send?.('ready');
