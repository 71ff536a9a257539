import { writeFileSync } from 'node:fs';
import { compose, describeNote } from '../composition.ts';
import {
  contractFile,
  contractOrigin,
  contractsIn,
  contractText,
  readContractFiles,
} from '../contracts/read.ts';
import { sealedComposition, writeSealed, writeSeals } from '../seals.ts';
import { projectFile, readSubgraphs, supergraphFile } from '../subgraphs.ts';
import { sealOperations } from './seal-operations.ts';

const subgraphs = readSubgraphs();
const { supergraph, notes } = compose(subgraphs);
for (const note of notes) console.error(describeNote(note));
if (supergraph) {
  writeFileSync(projectFile(supergraphFile), supergraph);
  console.log(`composed ${supergraphFile}`);
  const seal = sealedComposition(subgraphs, { supergraph, notes });
  writeSeals({ [supergraphFile]: { seal, ...(notes.length > 0 ? { notes } : {}) } });
  for (const contract of contractsIn(readContractFiles())) {
    const file = contractFile(contract.name);
    writeSealed(file, contractText(supergraph, contract), contractOrigin(supergraph, contract));
    console.log(`composed ${file}`);
  }
  sealOperations();
} else {
  console.error(`The subgraphs do not compose; ${supergraphFile} stays as it was.`);
  process.exitCode = 1;
}
