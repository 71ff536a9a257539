import { writeFileSync } from 'node:fs';
import { readOperationFiles, readOperations } from './operations.ts';
import { manifestFile, persistedQueryManifest } from './persisted-queries.ts';
import { projectFile } from './subgraphs.ts';

const { operations, errors } = readOperations(readOperationFiles());
for (const error of errors) console.error(error.toString());
if (errors.length > 0) process.exit(1);
writeFileSync(projectFile(manifestFile), persistedQueryManifest(operations));
console.log(`generated ${manifestFile}: ${operations.length} operations`);
