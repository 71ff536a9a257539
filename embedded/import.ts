import { migrateService } from '../runtime/migrations/migrate-service.ts';
import { openServiceDatabase, type ServiceDatabaseSettings } from '../runtime/service-database.ts';
import { readArguments, usage } from '../subgraphs/travel/import/arguments.ts';
import { checkImportable, importFile } from '../subgraphs/travel/import/import-file.ts';
import { ImportRefused } from '../subgraphs/travel/import/read-row.ts';
import { showProgress, summaryText } from '../subgraphs/travel/import/show.ts';
import { openCatalogueWriter } from '../subgraphs/travel/store/catalogue-writer.ts';
import { findDatabases, runCommand } from './command.ts';

const say = (line: string) => console.error(line);

/** An import may be the first thing that uses a database, so it migrates it. */
async function openTravel(settings: ServiceDatabaseSettings) {
  await migrateService('travel', { settings, say });
  return openServiceDatabase('travel', settings);
}

await runCommand(async (stack) => {
  // npm runs this in the project's directory. Paths are relative to the directory that the user
  // called it in.
  const given = readArguments(process.argv.slice(2), process.env.INIT_CWD ?? '.');
  if (!given) return console.log(usage);
  await checkImportable(given.file);
  const { description, settings } = await findDatabases(stack);
  say(`Importing ${given.file} into ${description}`);
  const database = await openTravel(settings).catch((error) => {
    throw new ImportRefused(`${description} does not answer: ${error.message}`, { cause: error });
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
}, ImportRefused);
