import type { Database } from '../runtime/mongo.ts';
import { examinedBy, type Search, searchesOf } from '../testing/operations/examined.ts';
import { watchCommands } from '../testing/operations/watch-commands.ts';
import { type Figures, spreadOf } from './rows.ts';

const runs = 30;
const warmUp = 20;

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
  const took: number[] = [];
  for (let run = -warmUp; run < runs; run += 1) {
    await prepare();
    const begin = performance.now();
    await work();
    if (run >= 0) took.push(performance.now() - begin);
  }
  await prepare();
  const looked = await Promise.all((await queriesOf(work)).map((query) => examinedBy(db, query)));
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
