import { Pool } from 'undici';
import type { MeasuredProcess } from './measured-process.ts';
import { type Figures, quantile } from './rows.ts';

export type Load = {
  url: string;
  process: MeasuredProcess;
  headers: () => Record<string, string>;
  /** The body of the next request. */
  body: () => string;
  seconds: number;
};

/** Requests under way at once. */
export const inFlight = 16;

/** Keeps requests in flight for a while. @throws where an answer is not the data asked for */
export async function play(load: Load): Promise<Figures> {
  const { url, process, body, seconds } = load;
  const pool = new Pool(url, { connections: inFlight });
  const type = { 'content-type': 'application/json' };
  const before = await process.usage();
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  const took: number[] = [];
  const ask = async () => {
    for (let from = performance.now(); from < end; from = performance.now()) {
      const headers = { ...type, ...load.headers() };
      const request = { path: '/graphql', method: 'POST', headers, body: body() } as const;
      const text = await (await pool.request(request)).body.text();
      if (!text.startsWith('{"data":{') || text.includes('"errors"'))
        throw new Error(`${url} answered ${text.slice(0, 300)}`);
      took.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, ask));
  const lasted = (performance.now() - begin) / 1_000;
  const after = await process.usage();
  await pool.close();
  return {
    cpu: (after.cpu - before.cpu) / took.length,
    perSecond: took.length / lasted,
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
    memory: after.memory / 1e6,
  };
}
