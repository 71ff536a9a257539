import { DisposableStack } from '../runtime/lifecycle.ts';
import { migrateService } from '../runtime/migrations/migrate-service.ts';
import { openServiceDatabase, type ServiceDatabaseSettings } from '../runtime/service-database.ts';
import { databaseSettings, readSettings, SettingsError } from '../runtime/settings.ts';
import { readArguments, usage } from '../subgraphs/travel/import/arguments.ts';
import { checkImportable, importFile } from '../subgraphs/travel/import/import-file.ts';
import { ImportRefused } from '../subgraphs/travel/import/read-row.ts';
import { showProgress, summaryText } from '../subgraphs/travel/import/show.ts';
import { openCatalogueWriter } from '../subgraphs/travel/store/catalogue-writer.ts';
import { findDatabase } from './find-database.ts';
import { ProvisionError } from './mongodb/engine.ts';

async function run(stack: DisposableStack): Promise<void> {
  // npm runs this in the project's directory. Paths are relative to the directory that the user
  // called it in.
  const given = readArguments(process.argv.slice(2), process.env.INIT_CWD ?? '.');
  if (!given) return console.log(usage);
  await checkImportable(given.file);
  const { DATABASE_PREFIX } = readSettings(databaseSettings.pick({ DATABASE_PREFIX: true }));
  const say = (line: string) => console.error(line);
  const found = stack.use(await findDatabase(process.env, say));
  say(`Importing ${given.file} into ${found.description}`);
  const settings = { MONGODB_URI: found.uri, DATABASE_PREFIX };
  const database = await openTravel(settings, say).catch((error) => {
    throw new ImportRefused(`${found.description} does not answer: ${error.message}`, {
      cause: error,
    });
  });
  stack.defer(database.stop);
  const summary = await importFile(given.file, openCatalogueWriter(database), {
    ...given,
    note: say,
    problem: (line, reason) => say(`line ${line}: ${reason}`),
    progress: showProgress(process.stderr),
  });
  console.log(summaryText(summary));
  if (summary.skipped === summary.rows)
    throw new ImportRefused('nothing in the file could be used');
}

/** An import may be the first thing that uses a database, so it migrates it. */
async function openTravel(settings: ServiceDatabaseSettings, say: (line: string) => void) {
  await migrateService('travel', { settings, say });
  return openServiceDatabase('travel', settings);
}

const stack = new DisposableStack();
await run(stack)
  .catch((error) => {
    const expected = [ImportRefused, SettingsError, ProvisionError].some(
      (kind) => error instanceof kind,
    );
    console.error(expected ? error.message : error);
    process.exitCode = 1;
  })
  .finally(stack.dispose);
