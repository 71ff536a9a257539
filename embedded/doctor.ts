import { DisposableStack } from '../runtime/lifecycle.ts';
import { databaseSettings, readSettings } from '../runtime/settings.ts';
import { examine, type Finding } from './examine.ts';
import { findDatabase } from './find-database.ts';

/**
 * `npm run doctor`: looks at a running system, or at a database alone, and says what to do. It
 * changes nothing. Exits with 1 if something is wrong.
 */
const stack = new DisposableStack();
try {
  const { DATABASE_PREFIX } = readSettings(databaseSettings.pick({ DATABASE_PREFIX: true }));
  const found = stack.use(await findDatabase(process.env, (line) => console.error(line)));
  console.log(`Looking at ${found.description}`);
  const findings = await examine({ MONGODB_URI: found.uri, DATABASE_PREFIX }, process.env);
  for (const finding of findings) console.log(lineOf(finding));
  const wrong = findings.filter(({ todo }) => todo !== undefined).length;
  console.log(wrong === 0 ? 'Nothing to do.' : `${wrong} things to do.`);
  process.exitCode = wrong === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stack.dispose();
}

function lineOf({ what, todo }: Finding): string {
  return todo === undefined ? `  ok  ${what}` : `  !!  ${what}\n      ${todo}`;
}
