import { Pool } from 'undici';
import { ask } from '../load.ts';
import { type Figures, spreadOf } from '../rows.ts';

const everyMs = 20;

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
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  };
  const took: number[] = [];
  const askDue = async (due: number) => {
    await ask(pool, request);
    took.push(performance.now() - due);
  };
  const answers: Promise<void>[] = [];
  const begin = performance.now();
  for (let due = begin; due < begin + seconds * 1_000; due += everyMs) {
    await new Promise((go) => setTimeout(go, Math.max(0, due - performance.now())));
    answers.push(askDue(due));
  }
  await Promise.all(answers);
  await pool.close();
  return spreadOf(took);
}
