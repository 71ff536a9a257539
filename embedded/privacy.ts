import { DisposableStack } from '../runtime/lifecycle.ts';
import { openServiceDatabase } from '../runtime/service-database.ts';
import { databaseSettings, readSettings, StartRefused } from '../runtime/settings.ts';
import { findDatabase } from './find-database.ts';
import { eraseUser, exportUser, type PersonalDatabases } from './personal-data.ts';

/**
 * `npm run privacy -- export|erase USER`: prints everything that is stored of a traveller as JSON, or
 * erases it.
 */
const usage = 'npm run privacy -- export|erase USER';
const [what = '', userId = ''] = process.argv.slice(2);

async function run(stack: DisposableStack): Promise<unknown> {
  const work = { export: exportUser, erase: eraseUser }[what];
  if (!work || userId === '') throw new StartRefused(usage);
  const { DATABASE_PREFIX } = readSettings(databaseSettings.pick({ DATABASE_PREFIX: true }));
  const found = stack.use(await findDatabase(process.env, (line) => console.error(line)));
  const databases = {} as PersonalDatabases;
  for (const name of ['order', 'payment', 'travel'] as const)
    databases[name] = stack.use(
      await openServiceDatabase(name, { MONGODB_URI: found.uri, DATABASE_PREFIX }),
    );
  return work(databases, userId);
}

const stack = new DisposableStack();
await run(stack)
  .then((result) => console.log(JSON.stringify(result, null, 2)))
  .catch((error) => {
    console.error(error instanceof StartRefused ? error.message : error);
    process.exitCode = 1;
  })
  .finally(stack.dispose);
