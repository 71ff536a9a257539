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
  const { rounds, seconds } = quick ? { rounds: 3, seconds: 3 } : { rounds: 5, seconds: 6 };
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

/** Two rows of a table of their own: the last column says how many times the quiet p99 grows. */
export function rowsOf(
  task: string,
  { quiet, attacked }: Awaited<ReturnType<typeof interleaved>>,
  subjects: { quiet: string; attacked: string },
): Row[] {
  const common = { benchmark: 'attack', task, by: 'p99' } as const;
  return [
    { ...common, subject: subjects.quiet, role: 'ours', figures: quiet },
    { ...common, subject: subjects.attacked, role: 'peer', figures: attacked },
  ];
}
