import type { MeasuredProcess } from '../measured-process.ts';
import { step } from '../progress.ts';
import { type Figures, mediansOf, type Row, spreadOf } from '../rows.ts';
import { type HonestClient, honestClient } from './honest-client.ts';
import { type Attack, type Attackers, startAttackers } from './start-attackers.ts';

/**
 * Settings of a gateway that is attacked. What is measured is what lasts, not the first seconds, in
 * which what was saved up is spent; and as it is deployed: without that GraphQL.js looks at each
 * value twice.
 */
export const lasting = { COSTLY_BURST: '1ms', NODE_ENV: 'production' };

export type AttackNeeds = {
  url: string;
  process: MeasuredProcess;
  /** What an honest client asks, as whom, and for how many seconds until all is warm. */
  honest: { query: string; token: string; warmUp: number };
  /** What the rows are called together. */
  task: string;
  /** By what they are called: one after the other in each round. */
  attacks: Record<string, Attack>;
  /** What the same clients ask in quiet turns; where nothing is said, they are not there. */
  quiet?: Attack;
  length: Turns;
  /**
   * Called once for each attack, before its last turn, which takes so long. Resolves to what
   * measures, while the attack goes on after that turn.
   */
  orders?: (turnMs: number) => Promise<() => Promise<Figures>>;
};

type InterleavedNeeds = Omit<AttackNeeds, 'url' | 'honest' | 'task'> & {
  honest: HonestClient;
  attackers: Attackers;
};

/** What an honest client feels while nobody attacks, and while some do. */
type Felt = { quiet: Figures; attacked: Figures };

/** A quiet turn comes before every fifth attack. */
const quietEvery = 5;
/** At first the client and the attackers connect, code gets warm again, and savings are spent. */
const settle = { quiet: 0.25, attacked: 0.5 };

export type Turns = {
  /** In each, every attack has a turn. */
  rounds: number;
  /** How long a turn is measured. */
  seconds: number;
};
/**
 * The machines that this was measured on slow all their processes down for some 20 ms every second
 * and a half: a shorter turn has one such moment or none, and its p99 says which.
 */
export const wholeTurns: Turns = { rounds: 3, seconds: 1.5 };
/** Enough to see that it works. */
export const quickTurns: Turns = { rounds: 3, seconds: 0.8 };

/** A row for each attack: what an honest client feels beside it. */
export async function attackRows(needs: AttackNeeds): Promise<Row[]> {
  const { url, task } = needs;
  const { warmUp, ...asked } = needs.honest;
  const attackers = await startAttackers(url);
  const honest = honestClient(url, asked);
  try {
    await honest.asks(warmUp);
    const felt = await interleaved({ ...needs, honest, attackers });
    return Array.from(felt, ([subject, one]) => rowOf({ task, subject }, one));
  } finally {
    await honest.leave();
    attackers.stop();
  }
}

/**
 * What an honest client feels in quiet turns and while each of some attacks, by turns over all
 * attacks, so that what else this machine does meanwhile falls on all. Each figure is the median of
 * the turns of its kind, which one stall of this machine does not change: with the answers of all
 * turns together, one bad quiet turn of fifteen made the p99 several times as long.
 */
async function interleaved(needs: InterleavedNeeds): Promise<Map<string, Felt>> {
  const { rounds } = needs.length;
  const quietTurns: Figures[] = [];
  const kinds = Object.entries(needs.attacks).map(
    ([name, attack]): Kind => ({ name, attack, turns: [], heard: {}, closing: {} }),
  );
  for (let round = 1; round <= rounds; round += 1)
    for (const [place, kind] of kinds.entries()) {
      if (place % quietEvery === 0) {
        quietTurns.push(await quietTurn(needs));
        step(`round ${round} of ${rounds}: quiet${p99Of(quietTurns)}`);
      }
      await attackOnce(needs, kind, round === rounds);
      step(`round ${round} of ${rounds}: ${kind.name}${p99Of(kind.turns)}`);
    }
  const quiet = mediansOf(quietTurns);
  return new Map(kinds.map((kind) => [kind.name, { quiet, attacked: feltBeside(kind, quiet) }]));
}

const p99Of = (turns: readonly Figures[]) => `, p99 ${turns.at(-1)?.p99?.toFixed(0)} ms`;

/** An attack, what was measured beside it, and what the attackers heard. */
type Kind = {
  name: string;
  attack: Attack;
  turns: Figures[];
  heard: Record<string, number>;
  closing: Figures;
};

async function quietTurn(needs: InterleavedNeeds): Promise<Figures> {
  const quiet = await turn(needs, needs.quiet);
  if (needs.quiet) await needs.attackers.pause();
  return quiet;
}

async function attackOnce(needs: InterleavedNeeds, kind: Kind, isLast: boolean): Promise<void> {
  const turnMs = (settle.attacked + needs.length.seconds) * 1_000;
  const close = isLast ? await needs.orders?.(turnMs) : undefined;
  const figures = await turn(needs, kind.attack);
  if (close) kind.closing = await close();
  const { heard, busy } = await needs.attackers.pause();
  kind.turns.push({ ...figures, attackers: busy });
  for (const [status, count] of Object.entries(heard))
    kind.heard[status] = (kind.heard[status] ?? 0) + count;
}

async function turn(needs: InterleavedNeeds, attack: Attack | undefined): Promise<Figures> {
  const { process, honest, attackers, length } = needs;
  // The garbage of one turn would be collected in the next.
  await process.collect();
  if (attack) attackers.attack(attack);
  await honest.asks(attack ? settle.attacked : settle.quiet);
  await process.sinceLast();
  const { took, late } = await honest.asks(length.seconds);
  return { ...(await process.sinceLast()), ...spreadOf(took), late };
}

function feltBeside({ name, turns, heard, closing }: Kind, quiet: Figures): Figures {
  console.error(`    ${name}: the attackers heard ${JSON.stringify(heard)}`);
  const times = turns.map(({ p99 = Number.NaN }) => p99 / (quiet.p99 ?? Number.NaN));
  const range = { least: Math.min(...times), most: Math.max(...times) };
  return { ...mediansOf(turns), ...range, ...closing };
}

/** A row of the one table of all attacks. */
function rowOf({ task, subject }: Pick<Row, 'task' | 'subject'>, { quiet, attacked }: Felt): Row {
  const ratio = (of: 'p99' | 'work') => (attacked[of] ?? Number.NaN) / (quiet[of] ?? Number.NaN);
  const figures: Figures = {
    ...attacked,
    ...{ quiet: quiet.p99 ?? Number.NaN, times: ratio('p99'), workTimes: ratio('work') },
  };
  return { benchmark: 'attack', task, subject, role: 'ours', by: 'times', figures };
}
