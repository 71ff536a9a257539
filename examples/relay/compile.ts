import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { relayProject } from '../../testing/relay-artifacts.ts';

export const generated = fileURLToPath(new URL('__generated__/', import.meta.url));

/** What relay-compiler makes of `queries.ts` with the API's schema as it is now, by file name. */
export async function compileQueries(): Promise<Map<string, string>> {
  const project = await relayProject({ language: 'typescript', eagerEsModules: true });
  try {
    const queries = await readFile(new URL('queries.ts', import.meta.url), 'utf8');
    await project.write('queries.ts', queries);
    await project.compile();
    const made = new Map<string, string>();
    for (const name of (await readdir(project.artifacts)).sort())
      made.set(name, await readFile(join(project.artifacts, name), 'utf8'));
    return made;
  } finally {
    await project.remove();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const [name, text] of await compileQueries()) await writeFile(join(generated, name), text);
