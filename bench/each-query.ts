import type { Database } from '../runtime/mongo.ts';
import { examinedBy, type Search, searchesOf } from '../testing/operations/examined.ts';
import { watchCommands } from '../testing/operations/watch-commands.ts';
import { type Figures, spreadOf } from './rows.ts';

/** How often something is done: so many times, or fewer where that takes longer than so long. */
const runs = { least: 3, most: 30, forMs: 1_000 };
const warmUp = { least: 0, most: 20, forMs: 300 };

/**
 * Measures some work, done many times; `prepare` runs before each time and is not measured.
 * `documents` is how many documents the database looks at for it, by its own explanation of the
 * queries.
 */
export async function eachQuery(
  { db }: Pick<Database, 'db'>,
  work: () => Promise<unknown>,
  prepare: () => Promise<unknown> = async () => {},
): Promise<Figures> {
  const often = async ({ least, most, forMs }: typeof runs) => {
    const took: number[] = [];
    const end = performance.now() + forMs;
    while (took.length < most && (took.length < least || performance.now() < end)) {
      await prepare();
      const begin = performance.now();
      await work();
      took.push(performance.now() - begin);
    }
    return took;
  };
  const begin = performance.now();
  await prepare();
  const queries = await queriesOf(work);
  // What takes long is warm after once.
  await often({ ...warmUp, forMs: warmUp.forMs - (performance.now() - begin) });
  const took = await often(runs);
  await prepare();
  const looked = await Promise.all(queries.map((query) => examinedBy(db, query)));
  const documents = looked.reduce((sum, { examined }) => sum + examined, 0);
  return { ...spreadOf(took), documents };
}

const asked = ['find', 'aggregate'];

/** The queries that some work sends. */
async function queriesOf(work: () => Promise<unknown>): Promise<Search[]> {
  const { sent, stop } = watchCommands((command) =>
    asked.includes(command.commandName) ? searchesOf(command) : [],
  );
  await work();
  stop();
  return sent;
}
