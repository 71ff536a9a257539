import { contractOf } from '../check/contract.ts';
import { clientTypes, clientTypesFile, clientTypesOrigin } from '../client-types.ts';
import { readOperationFiles, readOperations } from '../operations.ts';
import { resolverTypes, resolverTypesFile, resolverTypesOrigin } from '../resolver-types.ts';
import { type Origin, writeSealed } from '../seals.ts';
import { readSubgraphs, readText, supergraphFile } from '../subgraphs.ts';

for (const subgraph of readSubgraphs()) {
  const text = await resolverTypes(subgraph);
  write(resolverTypesFile(subgraph.name), text, resolverTypesOrigin(subgraph));
}

const { operations } = readOperations(readOperationFiles());
const supergraph = readText(supergraphFile);
const text = await clientTypes(contractOf(supergraph).api, operations);
write(clientTypesFile, text, clientTypesOrigin(supergraph, operations));

function write(file: string, text: string, origin: Origin): void {
  writeSealed(file, text, origin);
  console.log(`generated ${file}`);
}
