import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../deploy/build.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Shared by all that one run of the tests starts. It lies where Node finds the packages. */
export const compiledFolder =
  process.env.TEST_BUILD ?? join(root, 'data', 'test-build', String(process.pid));
if (!process.env.TEST_BUILD)
  process.once('exit', () => rmSync(compiledFolder, { recursive: true, force: true }));

// As this is imported, before a test serves anything, since it blocks. What another worker builds
// meanwhile is the same.
if (!existsSync(compiledFolder)) {
  const half = `${compiledFolder}.${process.pid}`;
  build(half, 'testing/tsconfig.compiled.json');
  try {
    renameSync(half, compiledFolder);
  } catch (error) {
    rmSync(half, { recursive: true });
    if (!existsSync(compiledFolder)) throw error;
  }
}

/**
 * The JavaScript of a program that tests start as a process: tsx takes twice the time until it
 * runs.
 * @param source from the project's root; that of a service, or named in tsconfig.compiled.json
 */
export const compiled = (source: string): string =>
  join(compiledFolder, source.replace(/\.ts$/, '.js'));
