import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readOperationFiles } from '../operations.ts';
import { readSubgraphs } from '../subgraphs.ts';
import { readAccepted } from './accepted.ts';
import { findBase } from './base.ts';
import { checkSchema } from './check.ts';
import { generatedFiles } from './generated-files.ts';
import { githubAnnotations } from './github.ts';
import { jsonReport } from './json.ts';
import { CannotCheck, exitCode } from './report.ts';
import { sarifReport } from './sarif.ts';
import { textReport } from './text.ts';

const usage = `npm run schema:check -- [--base BASE] [--json FILE] [--sarif FILE] [--github]

  --base BASE    what to compare with: a git ref, a file, or the address of a running gateway
                 (default: where this work left main)
  --json FILE    also write the report as JSON
  --sarif FILE   also write the report as SARIF 2.1.0, for code scanning
  --github       also print annotations for GitHub Actions

Exit code: 0 fine, 1 something breaks or does not compose, 2 it could not be checked.`;

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const subgraphs = readSubgraphs();
  const report = await checkSchema({
    subgraphs,
    operationFiles: readOperationFiles(),
    base: await findBase(options.base),
    accepted: readAccepted(),
    generated: (supergraph, operations) => generatedFiles(subgraphs, supergraph, operations),
  });
  console.log(textReport(report, Boolean(process.stdout.isTTY) && !process.env.NO_COLOR));
  if (options.json) writeFileSync(options.json, jsonReport(report));
  if (options.sarif) writeFileSync(options.sarif, sarifReport(report));
  if (options.github) console.log(githubAnnotations(report));
  return exitCode(report);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        base: { type: 'string' },
        json: { type: 'string' },
        sarif: { type: 'string' },
        github: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new CannotCheck(`${(error as Error).message}\n\n${usage}`);
  }
}

process.exitCode = await main().catch((error) => {
  console.error(
    `The schema could not be checked. ${error instanceof CannotCheck ? error.message : error.stack}`,
  );
  return 2;
});
