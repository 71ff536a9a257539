import { writeFileSync } from 'node:fs';
import { compose, describeNote } from '../composition.ts';
import { projectFile, readSubgraphs, supergraphFile } from '../subgraphs.ts';

const { supergraph, notes } = compose(readSubgraphs());
for (const note of notes) console.error(describeNote(note));
if (supergraph) {
  writeFileSync(projectFile(supergraphFile), supergraph);
  console.log(`composed ${supergraphFile}`);
} else {
  console.error(`The subgraphs do not compose; ${supergraphFile} stays as it was.`);
  process.exitCode = 1;
}
