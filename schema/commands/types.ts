import { mkdirSync, writeFileSync } from 'node:fs';
import { contractOf } from '../check/contract.ts';
import { clientTypes, clientTypesFile } from '../client-types.ts';
import { readOperationFiles, readOperations } from '../operations.ts';
import { resolverTypes, resolverTypesFile } from '../resolver-types.ts';
import { projectFile, readSubgraphs, readText, supergraphFile } from '../subgraphs.ts';

for (const subgraph of readSubgraphs()) {
  const file = resolverTypesFile(subgraph.name);
  const target = projectFile(file);
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, await resolverTypes(subgraph));
  console.log(`generated ${file}`);
}

const { operations } = readOperations(readOperationFiles());
const client = projectFile(clientTypesFile);
mkdirSync(new URL('.', client), { recursive: true });
writeFileSync(client, await clientTypes(contractOf(readText(supergraphFile)).api, operations));
console.log(`generated ${clientTypesFile}`);
