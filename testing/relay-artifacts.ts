import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { printSchema } from 'graphql';
import { contractOf } from '../schema/check/contract.ts';
import { readText, supergraphFile } from '../schema/subgraphs.ts';

const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js');

/** An app of Relay in a folder of its own, beside the schema that clients see. */
export type RelayProject = {
  /** Gives the app a file. */
  write(name: string, source: string): Promise<void>;
  /** @throws what relay-compiler says */
  compile(): Promise<unknown>;
  /** Where the compiled operations lie. */
  artifacts: string;
  remove(): Promise<void>;
};

/** The kind of modules that relay-compiler writes. */
export type RelayModules = { language: 'javascript' | 'typescript'; eagerEsModules: boolean };

export async function relayProject(
  modules: RelayModules = { language: 'javascript', eagerEsModules: false },
): Promise<RelayProject> {
  const folder = await mkdtemp(join(tmpdir(), 'homestay-relay-'));
  const config = {
    src: './src',
    schema: './schema.graphql',
    artifactDirectory: './artifacts',
    ...modules,
  };
  await mkdir(join(folder, 'src'));
  await mkdir(join(folder, 'artifacts'));
  const { api } = contractOf(readText(supergraphFile));
  await writeFile(join(folder, 'schema.graphql'), printSchema(api));
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
  return {
    write: (name, source) => writeFile(join(folder, 'src', name), source),
    compile: () =>
      promisify(execFile)(process.execPath, [compiler, 'relay.config.json'], {
        cwd: folder,
        timeout: 60_000,
      }),
    artifacts: join(folder, 'artifacts'),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** What relay-compiler makes of an operation, and Relay executes. */
export type RelayArtifact = { kind: string };

/**
 * Compiles operations and fragments, and reads what Relay executes, by their names.
 * @param made the names of queries that the compiler makes of `@refetchable` fragments
 */
export async function compileRelay(
  operations: Record<string, string>,
  made: readonly string[] = [],
): Promise<Record<string, RelayArtifact>> {
  const project = await relayProject();
  try {
    const app = Object.values(operations).map((text) => `graphql\`${text}\`;`);
    await project.write('App.js', app.join('\n'));
    await project.compile();
    const read: Record<string, RelayArtifact> = {};
    for (const name of [...Object.keys(operations), ...made])
      read[name] = evaluate(project.artifacts, `${name}.graphql`);
    return read;
  } finally {
    await project.remove();
  }
}

/** An artifact is a CommonJS module that needs other artifacts at most. */
function evaluate(folder: string, name: string): RelayArtifact {
  const module = { exports: {} };
  const text = readFileSync(join(folder, `${name}.js`), 'utf8');
  new Function('module', 'require', text)(module, (other: string) => evaluate(folder, other));
  return module.exports as RelayArtifact;
}
