import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = join(folder, '..');

/**
 * Builds the pages into a folder.
 * @param source the folder of others that Vite builds
 * @throws where Vite is not installed, as with production packages alone
 */
export async function buildPages(target: string, source = folder): Promise<void> {
  const vite = join(
    dirname(createRequire(import.meta.url).resolve('vite/package.json')),
    'bin/vite.js',
  );
  const half = `${target}.${process.pid}`;
  const args = ['build', source, '--outDir', half, '--emptyOutDir', '--logLevel', 'warn'];
  await promisify(execFile)(process.execPath, [vite, ...args], { cwd: root });
  rmSync(target, { recursive: true, force: true });
  renameSync(half, target);
}

/**
 * The folder of the built pages, which lies in a cache beside others and is built only when a
 * source has changed. Pages that another process builds meanwhile are the same.
 */
export async function builtPages(cache: string, building: () => void): Promise<string> {
  const target = join(cache, `pages-${hashOfSources()}`);
  if (existsSync(join(target, 'index.html'))) return target;
  building();
  await buildPages(target);
  return target;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('dist') && statSync(join(folder, name)).isFile())
    .map((name) => join(folder, name));
  for (const file of [...sources, join(root, 'package-lock.json')].sort())
    hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await buildPages(join(folder, 'dist'));
