import { DisposableStack } from '../runtime/lifecycle.ts';
import {
  databaseSettings,
  readSettings,
  SettingsError,
  StartRefused,
} from '../runtime/settings.ts';
import { asStartupError } from './startup-errors.ts';

/** The databases that a command works on. */
export type CommandDatabase = {
  description: string;
  settings: { MONGODB_URI: string; DATABASE_PREFIX: string };
};

/**
 * Finds the databases of a command: MONGODB_URI, else those of the running system, else a server on
 * its files, which the stack stops.
 */
export async function findDatabases(stack: DisposableStack): Promise<CommandDatabase> {
  const { DATABASE_PREFIX } = readSettings(databaseSettings.pick({ DATABASE_PREFIX: true }));
  const { MONGODB_URI } = process.env;
  if (MONGODB_URI) {
    const description = 'the MongoDB that MONGODB_URI names';
    return { description, settings: { MONGODB_URI, DATABASE_PREFIX } };
  }
  // An image has MONGODB_URI, and lacks the packages that find or start MongoDB.
  const { findDatabase } = await import('./find-database.ts');
  const found = stack.use(await findDatabase(process.env, (line) => console.error(line)));
  return { description: found.description, settings: { MONGODB_URI: found.uri, DATABASE_PREFIX } };
}

/** An error whose message says it all. */
type Refusal = abstract new (...args: never[]) => Error;

/**
 * Runs a command. What the person who gave it can mend is a sentence, anything else is shown whole;
 * both exit with 1.
 */
export async function runCommand(
  run: (stack: DisposableStack) => Promise<void>,
  ...refusals: Refusal[]
): Promise<void> {
  const stack = new DisposableStack();
  await run(stack)
    .catch((thrown) => {
      const error = asStartupError(thrown, process.env);
      const isRefusal = [StartRefused, SettingsError, ...refusals].some(
        (kind) => error instanceof kind,
      );
      console.error(isRefusal ? (error as Error).message : error);
      process.exitCode = 1;
    })
    .finally(stack.dispose);
}
