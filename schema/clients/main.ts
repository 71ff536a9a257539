import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { contractOf } from '../check/contract.ts';
import { viewFor, viewsOf } from '../check/partners.ts';
import { errorsOf } from '../check/valid.ts';
import { contractsIn, readContractFiles } from '../contracts/read.ts';
import type { RegisteredOperation, SourceFile } from '../operations.ts';
import { persistedQueryManifest } from '../persisted-queries.ts';
import { readRegistryFiles } from '../registry.ts';
import { projectFile, readText, supergraphFile } from '../subgraphs.ts';
import { documentsIn } from './documents.ts';
import { clientsFolder, readClients, releaseOf } from './read.ts';

const usage = `npm run schema:client -- publish NAME@VERSION FILE_OR_FOLDER
npm run schema:client -- retire NAME@VERSION
npm run schema:client -- list

publish  registers what a release of a client sends: a manifest of Apollo or Relay, or a folder of documents
retire   takes a release away: what only it sends may break, and is refused by a gateway that asks for registration
list     says which releases there are, and whether what they send is valid`;

/** What is wrong with what was asked, in words. */
class Refused extends Error {}

const fileOf = (release: string): string => {
  const file = `${clientsFolder}/${release}.json`;
  if (releaseOf(file) === release) return file;
  throw new Refused(`${release || 'Nothing'} is no NAME@VERSION.`);
};

/** Tells what is not valid: in the API, or in the contract that a client is served by. */
function validation(): (operations: readonly RegisteredOperation[]) => string[] {
  const contract = contractOf(readText(supergraphFile));
  const { views } = viewsOf(contract, contractsIn(readContractFiles()), new Map());
  return (operations) =>
    operations.flatMap((operation) => {
      const [error] = errorsOf(operation, (viewFor(views, operation) ?? contract).api);
      return error ? [`${operation.name}: ${error.message}`] : [];
    });
}

function publish(release: string, from: string): string {
  const file = fileOf(release);
  const text = releaseText(release, from);
  const { operations, errors } = readClients([{ file, text }]);
  if (errors.length > 0) throw new Refused(errors.map(({ message }) => message).join('\n'));
  if (operations.length === 0) throw new Refused(`${from} holds no operation.`);
  const wrong = validation()(operations);
  if (wrong.length > 0) throw new Refused(`${release} is not valid here:\n${wrong.join('\n')}`);
  if (existsSync(projectFile(file)) && readText(file) !== text) {
    throw new Refused(`${release} is published with other operations: a release does not change.`);
  }
  mkdirSync(projectFile(`${clientsFolder}/`), { recursive: true });
  writeFileSync(projectFile(file), text);
  return `published ${file}: ${operations.length} operations`;
}

/** The manifest of a release; documents become one as Apollo Client would send them. */
function releaseText(release: string, from: string): string {
  if (!from || !existsSync(from)) throw new Refused(`There is no file or folder ${from}.`);
  if (!statSync(from).isDirectory()) return readFileSync(from, 'utf8').replaceAll('\r\n', '\n');
  const sources = documentsIn(from).map(
    ({ file, text }): SourceFile => ({ file: `${clientsFolder}/${release}/${file}`, text }),
  );
  const { operations, errors } = readClients(sources);
  if (errors.length > 0) throw new Refused(errors.map(String).join('\n'));
  return persistedQueryManifest(operations);
}

function retire(release: string): string {
  const file = fileOf(release);
  if (!existsSync(projectFile(file))) throw new Refused(`${release} is not published.`);
  rmSync(projectFile(file));
  return `retired ${release}: removed ${file}`;
}

function list(): string {
  const { operations, errors } = readClients(readRegistryFiles().clients ?? []);
  const releases = [...grouped(operations)];
  const invalid = releases.length > 0 ? validation() : () => [];
  const lines = releases.map(([release, own]) => {
    const wrong = invalid(own);
    return `${release}: ${own.length} operations${wrong.length > 0 ? `, ${wrong.length} not valid` : ''}`;
  });
  const problems = errors.map(({ message }) => message);
  return [...(lines.length > 0 ? lines : ['No release is published.']), ...problems].join('\n');
}

function grouped(operations: readonly RegisteredOperation[]): Map<string, RegisteredOperation[]> {
  const groups = new Map<string, RegisteredOperation[]>();
  for (const operation of operations) {
    const { client = '' } = operation;
    groups.set(client, [...(groups.get(client) ?? []), operation]);
  }
  return groups;
}

function run([command = '', release = '', from = '']: readonly string[]): string {
  if (command === 'publish') return publish(release, from);
  if (command === 'retire') return retire(release);
  if (command === 'list') return list();
  throw new Refused(usage);
}

try {
  console.log(run(parseArgs({ allowPositionals: true }).positionals));
} catch (error) {
  console.error(error instanceof Refused ? error.message : error);
  process.exitCode = 1;
}
