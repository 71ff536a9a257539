import { setMaxListeners } from 'node:events';
import { constants, setPriority } from 'node:os';
import { Pool } from 'undici';
import type { Operation } from './worst-operations.ts';

/**
 * A process of its own: 16 attackers who send an operation again and again, as a new document each
 * time unless it is said to be known. They begin at `attack`; at `pause` they leave, and tell what
 * they were answered.
 */
const { URL_OF_GATEWAY = '', TOKENS = '[]', ADDRESS = '127.0.0.1' } = process.env;
// They stand for other machines, and must not take the time of what they attack.
setPriority(constants.priority.PRIORITY_LOW);
const tokens: string[] = JSON.parse(TOKENS);
const attackers = 16;
let heard: Record<string, number> = {};

const pool = new Pool(URL_OF_GATEWAY, { connections: attackers, localAddress: ADDRESS });
let sent = 0;
let bodyOf = (_number: number): string => '';
let isForged = false;
let pause = new AbortController();
const attack = async (token: string | undefined) => {
  while (!pause.signal.aborted) {
    sent += 1;
    const headers = {
      'content-type': 'application/json',
      ...(isForged ? { authorization: `Bearer ${token ?? 'x.y'}.z` } : {}),
      ...(token && !isForged ? { authorization: `Bearer ${token}` } : {}),
    };
    const body = bodyOf(sent);
    const { signal } = pause;
    const request = { path: '/graphql', method: 'POST', headers, body, signal } as const;
    const status = await pool.request(request).then(
      async ({ statusCode, body: answer }) => {
        await answer.dump({ limit: 100_000_000 });
        return String(statusCode);
      },
      () => (signal.aborted ? 'given up' : 'failed'),
    );
    heard[status] = (heard[status] ?? 0) + 1;
  }
};

let attacking: Promise<unknown> = Promise.resolve();
let begun = { at: 0, cpu: process.cpuUsage() };
process.on('message', async (message: 'attack' | 'pause' | { operation: Operation }) => {
  if (typeof message === 'object') {
    const { query, variables, isKnown, body } = message.operation;
    isForged = message.operation.isForged === true;
    const known = body ?? JSON.stringify({ query, variables });
    bodyOf =
      isKnown || body
        ? () => known
        : (number) => JSON.stringify({ query: `${query} #${number}`, variables });
    process.send?.('ready');
  } else if (message === 'attack') {
    heard = {};
    begun = { at: performance.now(), cpu: process.cpuUsage() };
    pause = new AbortController();
    setMaxListeners(attackers, pause.signal);
    attacking = Promise.all(Array.from({ length: attackers }, (_, n) => attack(tokens[n])));
  } else if (message === 'pause') {
    pause.abort();
    await attacking;
    const { user, system } = process.cpuUsage(begun.cpu);
    const busy = (user + system) / 10 / (performance.now() - begun.at);
    process.send?.({ heard, busy });
  }
});
