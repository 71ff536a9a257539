import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildPages } from '../web/build.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const packageFile = createRequire(import.meta.url).resolve('typescript/package.json');

/** What the compiled processes read at run time, besides their code: from the project's root. */
const data = [
  'package.json',
  'subgraphs/travel/catalogue',
  // What is served, to partners too, and what releases of clients have registered.
  ...readdirSync(join(root, 'schema'), { recursive: true, encoding: 'utf8' })
    .filter((name) =>
      /^([^/]+\.(graphql|json)|contracts\/.+\.graphql|clients\/.+\.json)$/.test(name),
    )
    .map((name) => join('schema', name)),
];

/**
 * Compiles every process to JavaScript, with the data it reads beside it and the same folders as
 * the sources: what an image holds besides its packages. Tests, benches and the schema's commands
 * stay out.
 * @param target the folder to fill; what was there before goes
 */
export function build(target: string, config = 'tsconfig.build.json'): void {
  rmSync(target, { recursive: true, force: true });
  const compiler = join(dirname(packageFile), 'bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', config, '--outDir', target], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const path of data) cpSync(join(root, path), join(target, path), { recursive: true });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const target = join(root, 'dist');
  build(target);
  await buildPages(join(target, 'web'));
}
