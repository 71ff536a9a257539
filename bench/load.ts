import { Pool } from 'undici';
import type { MeasuredProcess } from './measured-process.ts';
import { type Figures, spreadOf } from './rows.ts';

export type Load = {
  url: string;
  process: MeasuredProcess;
  headers: () => Record<string, string>;
  /** The body of the next request. */
  body: () => string;
  seconds: number;
  /** Ends earlier, after so many requests. */
  atMost?: number;
};

/** Requests under way at once. */
export const inFlight = 16;

/** Sends a request to a gateway. @throws where the answer is not the data asked for */
export async function ask(
  pool: Pool,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<void> {
  const answer = await pool.request({
    ...{ path: '/graphql', method: 'POST', body },
    headers: { 'content-type': 'application/json', ...headers },
  });
  const text = await answer.body.text();
  if (!text.startsWith('{"data":{') || text.includes('"errors"'))
    throw new Error(`the answer is ${text.slice(0, 300)}`);
}

/** Keeps requests in flight for a while. @throws where an answer is not the data asked for */
export async function play(load: Load): Promise<Figures> {
  const { url, process, headers, body, seconds, atMost = Number.POSITIVE_INFINITY } = load;
  const pool = new Pool(url, { connections: inFlight });
  const before = await process.usage();
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  const took: number[] = [];
  const client = async () => {
    for (let from = begin; from < end && took.length < atMost; from = performance.now()) {
      await ask(pool, { headers: headers(), body: body() });
      took.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  const lasted = (performance.now() - begin) / 1_000;
  const after = await process.usage();
  await pool.close();
  return {
    cpu: (after.cpu - before.cpu) / took.length,
    perSecond: took.length / lasted,
    ...spreadOf(took),
    memory: after.memory / 1e6,
  };
}
