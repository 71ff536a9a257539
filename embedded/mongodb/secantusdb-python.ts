import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings, Way } from './engine.ts';
import { findOnPath } from './find-on-path.ts';
import { pythonVersion, secantusPython } from './secantusdb.ts';
import { runTool } from './tool.ts';
import { withToolLock } from './tool-lock.ts';

const home = (cacheDir: string): string => join(cacheDir, `secantusdb-python-${pythonVersion}`);
const venv = (cacheDir: string): string => join(home(cacheDir), 'venv');
const binary = (cacheDir: string): string => join(venv(cacheDir), 'bin', 'secantusd-py');
/** Written last: a venv without it was interrupted half way. */
const complete = (cacheDir: string): string => join(home(cacheDir), 'complete');

/** SecantusDB's server in Python, in a venv of its own: there in seconds, but slower. */
export const secantusPythonVenv: Way = {
  engine: 'secantusdb-python',
  title: "SecantusDB's server in Python",
  get: async (surroundings) => {
    const { cacheDir, env, say } = surroundings;
    if (existsSync(complete(cacheDir))) return secantusPython(binary(cacheDir));
    const python = findOnPath('python3', env);
    if (!python) return { missing: 'python3 not found' };
    mkdirSync(home(cacheDir), { recursive: true });
    const waiting = () =>
      say('MongoDB: another process is installing SecantusDB already; waiting for it');
    return withToolLock(join(home(cacheDir), 'install.lock'), waiting, async () => {
      const missing = existsSync(complete(cacheDir))
        ? undefined
        : await install(python, surroundings);
      return missing ? { missing } : secantusPython(binary(cacheDir));
    });
  },
};

async function install(
  python: string,
  { cacheDir, env, say }: Surroundings,
): Promise<string | undefined> {
  say(
    `MongoDB: installing SecantusDB ${pythonVersion} for Python in ${home(cacheDir)}: once, some seconds.`,
  );
  rmSync(venv(cacheDir), { recursive: true, force: true });
  const noVenv = await runTool({ command: python, args: ['-m', 'venv', venv(cacheDir)], env });
  if (noVenv) return `python3 -m venv ${noVenv}`;
  const pip = join(venv(cacheDir), 'bin', 'pip');
  const noPackage = await runTool({
    command: pip,
    args: ['install', `SecantusDB==${pythonVersion}`],
    env,
  });
  if (noPackage) return `pip ${noPackage}`;
  writeFileSync(complete(cacheDir), '');
  return undefined;
}
