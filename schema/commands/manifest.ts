import { mkdirSync, writeFileSync } from 'node:fs';
import { reportSchemaFile } from '../check/reports/json.ts';
import { reportSchema } from '../check/reports/report-shape.ts';
import { readOperationFiles, readOperations } from '../operations.ts';
import { manifestFile, persistedQueryManifest } from '../persisted-queries.ts';
import { serviceOperationFiles } from '../service-operations.ts';
import { projectFile } from '../subgraphs.ts';
import { sealOperations } from './seal-operations.ts';

const { operations, errors } = readOperations(readOperationFiles());
for (const error of errors) console.error(error.toString());
if (errors.length > 0) process.exit(1);
writeFileSync(projectFile(manifestFile), persistedQueryManifest(operations));
console.log(`generated ${manifestFile}: ${operations.length} operations`);
writeFileSync(projectFile(reportSchemaFile), reportSchema());
for (const { file, text } of await serviceOperationFiles()) {
  mkdirSync(new URL('./', projectFile(file)), { recursive: true });
  writeFileSync(projectFile(file), text);
  console.log(`generated ${file}`);
}
sealOperations();
