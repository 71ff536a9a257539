import { migrateAll } from '../runtime/migrations/migrate-service.ts';
import { StartRefused } from '../runtime/settings.ts';
import { findDatabases, runCommand } from './command.ts';

const stopping = new AbortController();
const stop = () => stopping.abort(new StartRefused('Stopped. Run it again to go on.'));
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

/**
 * `npm run migrate`: brings stored data to what this version needs. A rollout runs it before the
 * first new process starts. It may be stopped and started again at any time.
 */
await runCommand(async (stack) => {
  const { description, settings } = await findDatabases(stack);
  console.log(`Migrating ${description}`);
  const count = await migrateAll({ settings, say: console.log, signal: stopping.signal });
  console.log(count === 0 ? 'Nothing to migrate.' : `Done: ${count} migrations.`);
});
