import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Pool } from 'undici';
import { ask } from '../load.ts';
import { type Figures, spreadOf } from '../rows.ts';

const everyMs = 5;
const resolution = 5;

/**
 * A client that asks at a steady pace for some time, and waits for no answer before it asks again.
 * The time of an answer counts from the moment at which it was due to be asked.
 * @throws where an answer is not the data asked for
 */
export async function honestClient(
  url: string,
  { query, token, seconds }: { query: string; token: string; seconds: number },
): Promise<Figures> {
  const pool = new Pool(url, { connections: 8 });
  const request = {
    // By the second header a measured process knows whose time it keeps.
    headers: { authorization: `Bearer ${token}`, 'x-measured': 'honest' },
    body: JSON.stringify({ query }),
  };
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
  await pool.close();
  return { ...spreadOf(took), late: Math.max(0, delay.percentile(99) / 1e6 - resolution) };
}
