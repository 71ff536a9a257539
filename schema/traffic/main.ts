import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectFile } from '../subgraphs.ts';
import { fold, noTraffic, type Traffic, trafficShape, usageShape } from './traffic.ts';

const usage = `npm run schema:traffic -- [--into FILE] FOLDER_OR_FILE…

Adds what gateways have written to their USAGE_DIR to one file (default: schema/traffic.json), which
\`npm run schema:check -- --traffic FILE\` reads. Days that have not ended are left out. Give the files of all
instances of a day together: a day that is known already is replaced.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { into: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});

function run(): string {
  if (values.help || positionals.length === 0) return usage;
  const into = values.into ?? projectFile('schema/traffic.json');
  const known: Traffic = existsSync(into)
    ? trafficShape.parse(JSON.parse(readFileSync(into, 'utf8')))
    : noTraffic;
  const today = new Date().toISOString().slice(0, 10);
  const files = positionals
    .flatMap((path) =>
      statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path],
    )
    .filter((path) => path.endsWith('.json'))
    .map((path) => usageShape.parse(JSON.parse(readFileSync(path, 'utf8'))))
    .filter(({ day }) => day < today);
  const traffic = fold(known, files, today);
  writeFileSync(into, `${JSON.stringify(traffic, null, 1)}\n`);
  const days = Object.keys(traffic.days);
  return `${files.length} files: ${traffic.operations.length} operations of ${days.length} days`;
}

try {
  console.log(run());
} catch (error) {
  console.error(`The traffic cannot be folded: ${(error as Error).message}`);
  process.exitCode = 1;
}
