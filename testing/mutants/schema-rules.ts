import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hasFieldIn } from '../../schema/check/changes.ts';
import { type Contract, contractOf } from '../../schema/check/contract.ts';
import type { SchemaChange } from '../../schema/check/diff/change.ts';
import type { HasField } from '../../schema/check/diff/federation.ts';
import {
  baseContract,
  baseFiles,
  edited,
  edits,
  registryOf,
  subgraphsOf,
} from '../../schema/check/edits/edits.ts';
import { elementsOf } from '../../schema/check/elements.ts';
import { usageOf, usesOf } from '../../schema/check/usage.ts';
import { compose } from '../../schema/composition.ts';
import { readRegistry } from '../../schema/registry.ts';
import { lineOf, type Mutant, mutantsOf, withMutant } from './mutants-of.ts';

/*
 * node --import tsx testing/mutants/schema-rules.ts [EACH]: changes the rules of the check in small ways, one at a time, and
 * counts how many the table of edits notices: by a rule, a severity, an element, a subgraph, an operation or a sentence. Each edit is composed once.
 */
const check = fileURLToPath(new URL('../../schema/check/', import.meta.url));
const operations = readRegistry(registryOf(baseFiles)).operations;
const usage = usageOf(operations, baseContract.federation?.everything ?? baseContract.api);

type After = { contract: Contract; hasField: HasField };

const after = edits.flatMap((edit): After[] => {
  const subgraphs = subgraphsOf(edited(edit));
  const { supergraph } = compose(subgraphs);
  if (!supergraph) return [];
  return [{ contract: contractOf(supergraph), hasField: hasFieldIn(elementsOf(subgraphs)) }];
});

/** What the rules in a folder say of an edit, as far as the table shows it. */
async function verdictBy(folder: string): Promise<(edit: After) => string> {
  const load = (name: string) => import(pathToFileURL(`${folder}/${name}.ts`).href);
  const { changesBetween } = await load('schema');
  const { federationChanges } = await load('federation');
  const { ownershipOf, ownersOf } = await load('ownership');
  const old = ownershipOf(baseContract.federation?.document);
  const line = ({ rule, impact, at, touches, message }: SchemaChange) => {
    const users = usesOf(usage, touches).map(({ operation }) => operation);
    return [rule, impact, at, users, ownersOf(old, at), message].join();
  };
  const said = ({ contract, hasField }: After): SchemaChange[] => [
    ...changesBetween(baseContract.api, contract.api),
    ...changesBetween(baseContract.federation?.everything, contract.federation?.everything),
    ...federationChanges(old, ownershipOf(contract.federation?.document), hasField),
  ];
  return (edit) => said(edit).map(line).join('\n');
}

/** Whether the table notices a mutant of a file. A rule that throws is noticed too. */
async function isKilled(file: string, source: string, mutant: Mutant): Promise<boolean> {
  const folder = mkdtempSync(`${check}mutant-`);
  cpSync(`${check}diff`, folder, { recursive: true });
  writeFileSync(`${folder}/${file}`, withMutant(source, mutant));
  try {
    const verdict = await verdictBy(folder);
    return after.some((edit, index) => verdict(edit) !== expected[index]);
  } catch {
    return true;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const expected = after.map(await verdictBy(`${check}diff`));
const each = Number(process.argv[2] ?? 1);
const tables = readdirSync(`${check}diff`).filter((file) => !/test|links/.test(file));
const mutants = tables
  .flatMap((file) => {
    const source = readFileSync(`${check}diff/${file}`, 'utf8');
    return mutantsOf(source).map((mutant) => ({ file, source, mutant }));
  })
  .filter((_, index) => index % each === 0);
let killed = 0;
for (const { file, source, mutant } of mutants) {
  if (await isKilled(file, source, mutant)) killed += 1;
  else console.log(`survives  ${file}:${lineOf(source, mutant)}  ${mutant.kind}`);
}
const share = ((100 * killed) / mutants.length).toFixed(1);
console.log(`${killed} of ${mutants.length} mutants killed: ${share} %`);
