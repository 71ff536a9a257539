import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { printSchema } from 'graphql';
import { contractOf } from '../../schema/check/contract.ts';
import { readText, supergraphFile } from '../../schema/subgraphs.ts';

export const generated = fileURLToPath(new URL('__generated__/', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js');

/** What relay-compiler makes of `queries.ts` with the API's schema as it is now, by file name. */
export async function compileQueries(): Promise<Map<string, string>> {
  const project = await mkdtemp(join(tmpdir(), 'homestay-relay-'));
  const config = {
    src: './src',
    schema: './schema.graphql',
    language: 'typescript',
    artifactDirectory: './artifacts',
    eagerEsModules: true,
  };
  try {
    for (const folder of ['src', 'artifacts']) await mkdir(join(project, folder));
    const queries = fileURLToPath(new URL('queries.ts', import.meta.url));
    await copyFile(queries, join(project, 'src', 'queries.ts'));
    const { api } = contractOf(readText(supergraphFile));
    await writeFile(join(project, 'schema.graphql'), printSchema(api));
    await writeFile(join(project, 'relay.config.json'), JSON.stringify(config));
    await promisify(execFile)(process.execPath, [compiler, 'relay.config.json'], { cwd: project });
    const made = new Map<string, string>();
    for (const name of (await readdir(join(project, 'artifacts'))).sort())
      made.set(name, await readFile(join(project, 'artifacts', name), 'utf8'));
    return made;
  } finally {
    await rm(project, { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const [name, text] of await compileQueries()) await writeFile(join(generated, name), text);
