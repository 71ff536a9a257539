import { openServiceDatabase } from '../runtime/service-database.ts';
import { subgraphNames } from '../runtime/services.ts';
import { StartRefused } from '../runtime/settings.ts';
import { findDatabases, runCommand } from './command.ts';
import { eraseUser, exportUser, type PersonalDatabases } from './personal-data.ts';

const usage = 'npm run privacy -- export|erase USER';
const [what = '', userId = ''] = process.argv.slice(2);

/**
 * `npm run privacy -- export|erase USER`: prints everything that is stored of a traveller as JSON, or
 * erases it.
 */
await runCommand(async (stack) => {
  const work = { export: exportUser, erase: eraseUser }[what];
  if (!work || userId === '') throw new StartRefused(usage);
  const { settings } = await findDatabases(stack);
  const databases = {} as PersonalDatabases;
  for (const name of subgraphNames)
    databases[name] = stack.use(await openServiceDatabase(name, settings));
  console.log(JSON.stringify(await work(databases, userId), null, 2));
});
