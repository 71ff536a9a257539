import { mkdirSync, writeFileSync } from 'node:fs';
import { resolverTypes, resolverTypesFile } from './resolver-types.ts';
import { projectFile, readSubgraphs } from './subgraphs.ts';

for (const subgraph of readSubgraphs()) {
  const file = resolverTypesFile(subgraph.name);
  const target = projectFile(file);
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, await resolverTypes(subgraph));
  console.log(`generated ${file}`);
}
