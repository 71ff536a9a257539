import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { readContractFiles } from '../contracts/read.ts';
import { operationsFolder } from '../operations.ts';
import { readRegistryFiles } from '../registry.ts';
import { composedOf, isSealed, readSeals } from '../seals.ts';
import { projectFile, readSubgraphs, readText } from '../subgraphs.ts';
import { readAccepted, stillNeeded, writeAccepted } from './accepted.ts';
import { findBase } from './base/find.ts';
import { gitIn } from './base/git.ts';
import { checkSchema } from './check.ts';
import type { CheckInput } from './check-input.ts';
import { explain, ruleNames } from './explain.ts';
import { generatedFiles } from './generated-files.ts';
import { CannotCheck, exitCode, type Report } from './report.ts';
import { changelogFile, changelogWith } from './reports/changelog.ts';
import { githubAnnotations } from './reports/github.ts';
import { inRepository } from './reports/in-repository.ts';
import { jsonReport } from './reports/json.ts';
import { markdownReport } from './reports/markdown.ts';
import { sarifReport } from './reports/sarif.ts';
import { textReport } from './reports/text.ts';
import { acceptedFile } from './rule-text.ts';
import { assertServable } from './servable.ts';
import { readSeverities } from './settings.ts';
import { readTraffic } from './traffic.ts';
import { validityOrigin } from './valid.ts';

// Large schemas leave much garbage: with a heap that grows slowly it takes half of the memory.
setFlagsFromString('--heap-growing-percent=40');

const usage = `npm run schema:check -- [--base BASE] [--otherwise REF] [--json FILE] [--sarif FILE] [--markdown FILE] [--github]
npm run schema:check -- --explain RULE

  --base BASE      what to compare with: a git ref, a file, or the address of a running gateway
                   (default: what the CI says, and else where this work left the default branch)
  --otherwise REF  what to compare with where that is not known, as after a push to the default branch of
                   which nobody says how many commits it had
  --json FILE      also write the report as JSON (schema/check/report.schema.json says its form)
  --sarif FILE     also write the report as SARIF 2.1.0, for code scanning
  --markdown FILE  also add the report to a file as Markdown, such as "$GITHUB_STEP_SUMMARY"
  --traffic FILE   also ask what clients have sent, as \`npm run schema:traffic\` has folded it
  --window DAYS    how many days of the traffic count, as 90d (default: 90d)
  --clients NAMES  the clients whose traffic counts, or with ! those whose does not: web,mobile or !bot
  --prune          take the entries out of schema/accepted-changes.json whose change the base has
                   already
  --changelog      also write what has changed into schema/CHANGELOG.md
  --github         also print annotations for GitHub Actions
  --explain RULE   say what a rule finds, why that matters and what to do, and check nothing

Exit code: 0 fine, 1 something breaks or does not compose, 2 it could not be checked: a wrong option, or,
where CI is set, nothing to compare with.`;

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) return print(usage);
  if (options.explain) return print(explained(options.explain));
  const subgraphs = readSubgraphs();
  const seals = readSeals();
  const report = await checkSchema({
    subgraphs,
    compose: (sources) => composedOf(sources, seals),
    registry: readRegistryFiles(),
    contracts: readContractFiles(),
    base: await findBase(options.base, { env: process.env, otherwise: options.otherwise }),
    accepted: readAccepted(),
    severities: readSeverities(),
    ...trafficOf(options),
    assertServable,
    areKnownValid: (supergraph, operations) =>
      isSealed(seals, operationsFolder, validityOrigin(supergraph, subgraphs, operations), ''),
    generated: (made) => generatedFiles({ subgraphs, seals, ...made }),
  });
  return hand(report, options);
}

type Options = ReturnType<typeof readOptions>;

/** Prints and writes the report in every form that is asked for. */
function hand(report: Report, options: Options): number {
  const mustCompare = Boolean(process.env.CI);
  print(
    textReport(report, {
      coloured: Boolean(process.stdout.isTTY) && !process.env.NO_COLOR,
      mustCompare,
    }),
  );
  const inRepo = inRepository(report, gitIn(projectFile('.'))('rev-parse', '--show-prefix') ?? '');
  if (options.json) write(options.json, jsonReport(inRepo, mustCompare));
  if (options.sarif) write(options.sarif, sarifReport(inRepo));
  if (options.markdown)
    write(options.markdown, markdownReport(inRepo, mustCompare), appendFileSync);
  if (options.changelog) writeChangelog(report);
  if (options.prune) prune(report);
  if (options.github) print(githubAnnotations(inRepo));
  return exitCode(report, mustCompare);
}

function trafficOf({ traffic, window, clients }: Options): Pick<CheckInput, 'traffic'> {
  const [, days] = /^([1-9]\d{0,2})d?$/.exec(window) ?? [];
  if (!days) throw new CannotCheck(`--window ${window} is no number of days, such as 90d.`);
  if (!traffic) return {};
  const today = new Date().toISOString().slice(0, 10);
  const names = clients.split(',').filter(Boolean);
  return { traffic: readTraffic(traffic, { days: Number(days), clients: names, today }) };
}

function writeChangelog(report: Report): void {
  const file = projectFile(changelogFile);
  const known = existsSync(file) ? readText(changelogFile) : '';
  writeFileSync(file, changelogWith(known, report, new Date().toISOString().slice(0, 10)));
}

function prune({ skipped, findings }: Report): void {
  if (skipped.api) throw new CannotCheck(`Nothing is pruned: ${skipped.api}.`);
  const accepted = readAccepted();
  const kept = stillNeeded(accepted, findings);
  writeAccepted(kept);
  print(
    `Pruned ${accepted.length - kept.length} of ${accepted.length} entries of ${acceptedFile}.`,
  );
}

function print(text: string): number {
  if (text) console.log(text);
  return 0;
}

function write(
  file: string,
  text: string,
  how: (file: string, text: string) => void = writeFileSync,
): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    how(file, text);
  } catch (error) {
    throw new CannotCheck(`${file} cannot be written: ${(error as Error).message}`);
  }
}

function explained(rule: string): string {
  const text = explain(rule);
  if (text) return text;
  throw new CannotCheck(`There is no rule ${rule}. The rules are: ${ruleNames().join(', ')}.`);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        base: { type: 'string' },
        otherwise: { type: 'string' },
        json: { type: 'string' },
        sarif: { type: 'string' },
        markdown: { type: 'string' },
        prune: { type: 'boolean' },
        changelog: { type: 'boolean' },
        github: { type: 'boolean' },
        traffic: { type: 'string' },
        window: { type: 'string', default: '90d' },
        clients: { type: 'string', default: '' },
        explain: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new CannotCheck(`${(error as Error).message}\n\n${usage}`);
  }
}

process.exitCode = await main().catch((error: unknown) => {
  const { message, stack } = error as Error;
  console.error(
    `The schema could not be checked. ${error instanceof CannotCheck ? message : stack}`,
  );
  return 2;
});
