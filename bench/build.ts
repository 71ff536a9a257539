import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Compiles a checkout to what an image holds, which is what is measured: tsx, which runs the
 * sources, adds a call for each function that comes up at run time.
 * @returns the folder of the compiled processes
 */
export function buildIn(folder: string): string {
  const target = join(folder, 'data', 'bench', 'build');
  const program = `import { build } from './deploy/build.ts'; build(${JSON.stringify(target)});`;
  execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return target;
}
