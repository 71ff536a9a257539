import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ProvisionError } from '../../../embedded/mongodb/engine.ts';
import { Stack } from '../../../runtime/lifecycle.ts';
import { openDatabase } from '../../../runtime/mongo.ts';
import { databaseSettings, readSettings, SettingsError } from '../../../runtime/settings.ts';
import { travelDatabase } from '../settings.ts';
import { openCatalogueWriter } from '../store/catalogue-writer.ts';
import { findDatabase } from './find-database.ts';
import { checkImportable, importFile } from './import-file.ts';
import { isCurrency, isTimeZone } from './known-names.ts';
import { ImportRefused } from './read-row.ts';
import { showProgress, summaryText } from './show.ts';

const usage = `Usage: npm run import -- FILE [--currency CNY] [--time-zone Asia/Shanghai] [--city NAME]

Imports homestays. FILE is JSON lines of our own format (.jsonl), or listings.csv as Inside Airbnb publishes it (.csv),
either of them also gzipped (.gz). What is there already is changed only where the file says something else.

  --currency   the ISO 4217 currency of a CSV's prices; CNY where it is left out
  --time-zone  the IANA time zone of a CSV's homestays; that of their coordinates where it is left out
  --city       the city of a CSV's homestays; the neighbourhood group, or neighbourhood, where it is left out`;

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        currency: { type: 'string', default: 'CNY' },
        'time-zone': { type: 'string' },
        city: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { currency, 'time-zone': timeZone, city, help } = values;
    if (help) return null;
    if (positionals.length !== 1) throw new ImportRefused(`name one file to import, not ${positionals.length}`);
    if (!isCurrency(currency)) throw new ImportRefused(`--currency ${currency}: there is no such ISO 4217 currency`);
    if (timeZone && !isTimeZone(timeZone))
      throw new ImportRefused(`--time-zone ${timeZone}: there is no such IANA time zone`);
    // npm runs this in the project's directory; what a person names is meant from where that person stands.
    const file = resolve(process.env.INIT_CWD ?? '.', positionals[0] as string);
    return { file, currency, timeZone, city };
  } catch (error) {
    throw new ImportRefused(`${(error as Error).message}\n\n${usage}`);
  }
}

async function run(stack: Stack): Promise<void> {
  const given = readArguments();
  if (!given) return console.log(usage);
  await checkImportable(given.file);
  const { DATABASE_PREFIX } = readSettings(databaseSettings.pick({ DATABASE_PREFIX: true }));
  const say = (line: string) => console.error(line);
  const found = await findDatabase(process.env, say);
  stack.add(found.stop);
  say(`Importing ${given.file} into ${found.description}`);
  const database = await openDatabase(found.uri, travelDatabase(DATABASE_PREFIX)).catch((error) => {
    throw new ImportRefused(`${found.description} does not answer: ${error.message}`, { cause: error });
  });
  stack.add(database.stop);
  const summary = await importFile(given.file, await openCatalogueWriter(database), {
    ...given,
    note: say,
    problem: (line, reason) => say(`line ${line}: ${reason}`),
    progress: showProgress(process.stderr),
  });
  console.log(summaryText(summary));
  if (summary.skipped === summary.rows) throw new ImportRefused('nothing in the file could be used');
}

const stack = new Stack();
await run(stack)
  .catch((error) => {
    const expected = [ImportRefused, SettingsError, ProvisionError].some((kind) => error instanceof kind);
    console.error(expected ? error.message : error);
    process.exitCode = 1;
  })
  .finally(stack.stop);
