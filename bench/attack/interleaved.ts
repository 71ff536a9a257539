import type { MeasuredProcess } from '../measured-process.ts';
import { type Figures, mediansOf, type Row } from '../rows.ts';
import { honestClient } from './honest-client.ts';
import type { Attackers } from './start-attackers.ts';

export type InterleavedNeeds = {
  url: string;
  process: MeasuredProcess;
  honest: { query: string; token: string };
  attackers: Attackers;
  /** Fewer and shorter rounds. */
  quick: boolean;
};

/**
 * What an honest client feels while nobody attacks and while somebody does, by turns, so that what
 * else this machine does meanwhile falls on both.
 */
export async function interleaved(needs: InterleavedNeeds) {
  const { url, process, honest, attackers, quick } = needs;
  // With some thirty attacks, all of it must end within ten minutes.
  const { rounds, seconds } = quick ? { rounds: 2, seconds: 1.2 } : { rounds: 3, seconds: 2.1 };
  const quiet: Figures[] = [];
  const attacked: Figures[] = [];
  const heard: Record<string, number> = {};
  const round = async (): Promise<Figures> => {
    await process.sinceLast();
    const felt = await honestClient(url, { ...honest, seconds });
    return { ...felt, ...(await process.sinceLast()) };
  };
  for (let n = 0; n < rounds; n += 1) {
    quiet.push(await round());
    attackers.attack();
    attacked.push(await round());
    for (const [status, count] of Object.entries(await attackers.pause()))
      heard[status] = (heard[status] ?? 0) + count;
  }
  console.error(`    the attackers heard ${JSON.stringify(heard)}`);
  // A stall of this machine makes the p99 of one round, and not the median of all.
  return { quiet: mediansOf(quiet), attacked: mediansOf(attacked) };
}

/** A row of the one table of all attacks. */
export function rowOf(
  subject: string,
  { quiet, attacked }: Awaited<ReturnType<typeof interleaved>>,
  more: Figures = {},
): Row {
  const ratio = (of: 'p99' | 'work') => (attacked[of] ?? Number.NaN) / (quiet[of] ?? Number.NaN);
  const figures: Figures = {
    ...{ ...attacked, ...more },
    ...{ quiet: quiet.p99 ?? Number.NaN, times: ratio('p99'), workTimes: ratio('work') },
  };
  const task = 'an honest client beside 16 attackers';
  return { benchmark: 'attack', task, subject, role: 'peer', by: 'times', figures };
}
