import { viewFor } from '../check/partners.ts';
import { areValid, validityOrigin } from '../check/valid.ts';
import { contractsIn, readContractFiles } from '../contracts/read.ts';
import { operationsFolder } from '../operations.ts';
import { readRegistry, readRegistryFiles } from '../registry.ts';
import { sealOf, writeSeals } from '../seals.ts';
import { readSubgraphs, readText, supergraphFile } from '../subgraphs.ts';

/**
 * Seals that all registered operations are valid, if they are: the check then need not validate
 * them. What the clients of contracts send is validated each time.
 */
export function sealOperations(): void {
  const [supergraph, subgraphs] = [readText(supergraphFile), readSubgraphs()];
  const contracts = contractsIn(readContractFiles());
  const { operations } = readRegistry(readRegistryFiles());
  const ofAll = operations.filter((operation) => !viewFor(contracts, operation));
  if (!areValid(supergraph, subgraphs, ofAll)) return;
  const seal = sealOf(validityOrigin(supergraph, subgraphs, ofAll), '');
  writeSeals({ [operationsFolder]: { seal } });
}
