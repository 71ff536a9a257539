import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Pool } from 'undici';
import { ask } from '../load.ts';

const everyMs = 5;
const resolution = 5;

/** How long each answer took, and how late the client itself was (p99), in milliseconds. */
export type Asked = { took: number[]; late: number };

export type HonestClient = {
  /** @throws where an answer is not the data asked for */
  asks(seconds: number): Promise<Asked>;
  leave(): Promise<void>;
};

/**
 * A client that asks at a steady pace, over connections that it keeps, and waits for no answer
 * before it asks again. The time of an answer counts from the moment at which it was due to be asked.
 */
export function honestClient(
  url: string,
  { query, token }: { query: string; token: string },
): HonestClient {
  const pool = new Pool(url, { connections: 8 });
  const request = {
    // By the second header a measured process knows whose time it keeps.
    headers: { authorization: `Bearer ${token}`, 'x-measured': 'honest' },
    body: JSON.stringify({ query }),
  };
  return {
    async asks(seconds) {
      const took: number[] = [];
      const askDue = async (due: number) => {
        await ask(pool, request);
        took.push(performance.now() - due);
      };
      const delay = monitorEventLoopDelay({ resolution });
      delay.enable();
      const answers: Promise<void>[] = [];
      const begin = performance.now();
      for (let due = begin; due < begin + seconds * 1_000; due += everyMs) {
        await new Promise((go) => setTimeout(go, Math.max(0, due - performance.now())));
        answers.push(askDue(due));
      }
      await Promise.all(answers);
      delay.disable();
      return { took, late: Math.max(0, delay.percentile(99) / 1e6 - resolution) };
    },
    leave: () => pool.close(),
  };
}
