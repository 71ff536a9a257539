import { findDatabases, runCommand } from './command.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';

/**
 * `npm run doctor`: looks at a running system, or at a database alone, and says what to do. It
 * changes nothing. Exits with 1 if something is wrong.
 */
await runCommand(async (stack) => {
  const { description, settings } = await findDatabases(stack);
  console.log(`Looking at ${description}`);
  const findings = await examine(settings, process.env);
  for (const finding of findings) console.log(lineOf(finding));
  const wrong = findings.filter(({ todo }) => todo !== undefined).length;
  console.log(['Nothing to do.', 'One thing to do.'][wrong] ?? `${wrong} things to do.`);
  process.exitCode = wrong === 0 ? 0 : 1;
});

function lineOf({ what, todo }: Finding): string {
  return todo === undefined ? `  ok  ${what}` : `  !!  ${what}\n      ${todo}`;
}
