import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineSearch, EngineSource } from './engine.ts';
import { findOnPath } from './find-on-path.ts';
import { pythonVersion, secantusPython } from './secantusdb.ts';
import { runTool } from './tool.ts';
import { withToolLock } from './tool-lock.ts';

const installDir = (cacheDir: string): string =>
  join(cacheDir, `secantusdb-python-${pythonVersion}`);
const venv = (cacheDir: string): string => join(installDir(cacheDir), 'venv');
const binary = (cacheDir: string): string => join(venv(cacheDir), 'bin', 'secantusd-py');
/** Written last. A venv without it is incomplete. */
const complete = (cacheDir: string): string => join(installDir(cacheDir), 'complete');

/** SecantusDB's server in Python, in its own venv. It installs in seconds, but is slower. */
export const secantusPythonVenv: EngineSource = {
  engine: 'secantusdb-python',
  title: "SecantusDB's server in Python",
  get: async (search) => {
    const { cacheDir, env, say } = search;
    if (existsSync(complete(cacheDir))) return secantusPython(binary(cacheDir));
    const python = findOnPath('python3', env);
    if (!python) return { missing: 'python3 not found' };
    mkdirSync(installDir(cacheDir), { recursive: true });
    const waiting = () => say('MongoDB: waiting for another process that installs SecantusDB');
    return withToolLock(join(installDir(cacheDir), 'install.lock'), waiting, async () => {
      const missing = existsSync(complete(cacheDir)) ? undefined : await install(python, search);
      return missing ? { missing } : secantusPython(binary(cacheDir));
    });
  },
};

async function install(
  python: string,
  { cacheDir, env, say }: EngineSearch,
): Promise<string | undefined> {
  say(
    `MongoDB: installing SecantusDB ${pythonVersion} for Python in ${installDir(cacheDir)}: some seconds, once.`,
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
