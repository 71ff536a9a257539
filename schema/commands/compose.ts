import { writeFileSync } from 'node:fs';
import { compose, describeNote } from '../composition.ts';
import { contractFile, contractsIn, contractText, readContractFiles } from '../contracts/read.ts';
import { projectFile, readSubgraphs, supergraphFile } from '../subgraphs.ts';

const { supergraph, notes } = compose(readSubgraphs());
for (const note of notes) console.error(describeNote(note));
if (supergraph) {
  writeFileSync(projectFile(supergraphFile), supergraph);
  console.log(`composed ${supergraphFile}`);
  for (const contract of contractsIn(readContractFiles())) {
    const file = contractFile(contract.name);
    writeFileSync(projectFile(file), contractText(supergraph, contract));
    console.log(`composed ${file}`);
  }
} else {
  console.error(`The subgraphs do not compose; ${supergraphFile} stays as it was.`);
  process.exitCode = 1;
}
