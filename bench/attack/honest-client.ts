import { Pool } from 'undici';
import { type Figures, quantile } from '../rows.ts';

const everyMs = 20;

/**
 * A client that asks at a steady pace, whatever comes back, for some time; each answer counts from
 * when it was to be asked. @throws where an answer is not the data asked for
 */
export async function honestClient(
  url: string,
  { query, token, seconds }: { query: string; token: string; seconds: number },
): Promise<Figures> {
  const pool = new Pool(url, { connections: 8 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const took: number[] = [];
  const ask = async (from: number) => {
    const request = { path: '/graphql', method: 'POST', headers, body: JSON.stringify({ query }) };
    const { body } = await pool.request(request as never);
    const text = await body.text();
    if (!text.startsWith('{"data":{') || text.includes('"errors"'))
      throw new Error(`an honest client was answered ${text.slice(0, 300)}`);
    took.push(performance.now() - from);
  };
  const answers: Promise<void>[] = [];
  const begin = performance.now();
  for (let due = begin; due < begin + seconds * 1_000; due += everyMs) {
    await new Promise((go) => setTimeout(go, Math.max(0, due - performance.now())));
    answers.push(ask(due));
  }
  await Promise.all(answers);
  await pool.close();
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}
