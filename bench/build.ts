import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServiceName, services } from '../runtime/services.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What this run has compiled. */
const built = new Map<string, string>();

/** The program of a service, compiled from this checkout or another. */
export const compiled = (service: ServiceName, folder = root): string =>
  join(buildIn(folder), services[service].folder, 'main.js');

/**
 * Compiles a checkout to what an image holds, which is what is measured: tsx, which runs the
 * sources, adds a call for each function that comes up at run time. Once in a run.
 * @returns the folder of the compiled processes
 */
function buildIn(folder: string): string {
  const known = built.get(folder);
  if (known) return known;
  const target = join(folder, 'data', 'bench', 'build');
  const program = `import { build } from './deploy/build.ts'; build(${JSON.stringify(target)});`;
  execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  built.set(folder, target);
  return target;
}
