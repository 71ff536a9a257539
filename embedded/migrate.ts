import { DisposableStack } from '../runtime/lifecycle.ts';
import { migrateAll } from '../runtime/migrations/migrate-service.ts';
import { databaseSettings, readSettings, StartRefused } from '../runtime/settings.ts';
import { asStartupError } from './startup-errors.ts';

/**
 * `npm run migrate`: brings stored data to what this version needs. A rollout runs it before the
 * first new process starts. It may be stopped and started again at any time.
 */
async function run(stack: DisposableStack, signal: AbortSignal): Promise<void> {
  const { DATABASE_PREFIX } = readSettings(databaseSettings.pick({ DATABASE_PREFIX: true }));
  const found = stack.use(await database());
  console.log(`Migrating ${found.description}`);
  const count = await migrateAll({
    settings: { MONGODB_URI: found.uri, DATABASE_PREFIX },
    say: console.log,
    signal,
  });
  console.log(count === 0 ? 'Nothing to migrate.' : `Done: ${count} migrations.`);
}

/** An image has MONGODB_URI, and lacks the packages that find or start MongoDB. */
async function database() {
  const { MONGODB_URI } = process.env;
  if (MONGODB_URI)
    return { uri: MONGODB_URI, description: 'the databases at MONGODB_URI', stop: async () => {} };
  const { findDatabase } = await import('./find-database.ts');
  return findDatabase(process.env, (line) => console.error(line));
}

const stopping = new AbortController();
const stop = () => stopping.abort(new StartRefused('Stopped. Run it again to go on.'));
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

const stack = new DisposableStack();
await run(stack, stopping.signal)
  .catch((error) => {
    const startupError = asStartupError(error, process.env);
    console.error(startupError instanceof StartRefused ? startupError.message : startupError);
    process.exitCode = 1;
  })
  .finally(stack.dispose);
