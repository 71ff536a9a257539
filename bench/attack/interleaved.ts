import type { MeasuredProcess } from '../measured-process.ts';
import { type Figures, mediansOf, type Row } from '../rows.ts';
import { honestClient } from './honest-client.ts';
import type { Attackers } from './start-attackers.ts';

export type InterleavedNeeds = {
  url: string;
  process: MeasuredProcess;
  honest: { query: string; token: string };
  /** Those who attack, by what they are called: one after the other in each round. */
  attackers: Record<string, Attackers>;
  /** Fewer and shorter rounds. */
  quick: boolean;
};

/** What an honest client feels while nobody attacks, and while some do. */
export type Felt = { quiet: Figures; attacked: Figures };

/**
 * What an honest client feels while nobody attacks and while each of some does, by turns, so that
 * what else this machine does meanwhile falls on all.
 */
export async function interleaved(needs: InterleavedNeeds): Promise<Map<string, Felt>> {
  const { url, process, honest, attackers, quick } = needs;
  // With some thirty attacks, all of it must end within some minutes.
  const { rounds, seconds } = quick ? { rounds: 3, seconds: 0.8 } : { rounds: 5, seconds: 0.8 };
  const quietRounds: Figures[] = [];
  const kinds = Object.entries(attackers).map(([name, kind]) => ({
    name,
    kind,
    felt: [] as Figures[],
    heard: {} as Record<string, number>,
  }));
  const round = async (attack = () => {}): Promise<Figures> => {
    // The garbage of one round would be collected in the next.
    await process.collect();
    attack();
    await process.sinceLast();
    const felt = await honestClient(url, { ...honest, seconds });
    return { ...felt, ...(await process.sinceLast()) };
  };
  for (let n = 0; n < rounds; n += 1) {
    quietRounds.push(await round());
    for (const { kind, felt, heard } of kinds) {
      const figures = await round(kind.attack);
      const { heard: answered, busy } = await kind.pause();
      felt.push({ ...figures, attackers: busy });
      for (const [status, count] of Object.entries(answered))
        heard[status] = (heard[status] ?? 0) + count;
    }
  }
  // A stall of this machine makes the p99 of one round, and not the median of all.
  const all = mediansOf(quietRounds);
  const spread = (rounds: Figures[]) => rounds.map(({ p99 = Number.NaN }) => p99 / (all.p99 ?? 1));
  return new Map(
    kinds.map(({ name, felt, heard }): [string, Felt] => {
      console.error(`    ${name}: the attackers heard ${JSON.stringify(heard)}`);
      const times = spread(felt);
      const range = { least: Math.min(...times), most: Math.max(...times) };
      return [name, { quiet: all, attacked: { ...mediansOf(felt), ...range } }];
    }),
  );
}

/** A row of the one table of all attacks. */
export function rowOf(subject: string, { quiet, attacked }: Felt, more: Figures = {}): Row {
  const ratio = (of: 'p99' | 'work') => (attacked[of] ?? Number.NaN) / (quiet[of] ?? Number.NaN);
  const figures: Figures = {
    ...{ ...attacked, ...more },
    ...{ quiet: quiet.p99 ?? Number.NaN, times: ratio('p99'), workTimes: ratio('work') },
  };
  const task = 'an honest client beside 16 attackers';
  return { benchmark: 'attack', task, subject, role: 'peer', by: 'times', figures };
}
