import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings, Way } from './engine.ts';
import { findOnPath } from './find-on-path.ts';
import { compileProgress } from './progress.ts';
import { rustVersion, secantusRust } from './secantusdb.ts';
import { runTool } from './tool.ts';
import { withToolLock } from './tool-lock.ts';

const home = (cacheDir: string): string => join(cacheDir, `secantusdb-${rustVersion}`);
const binary = (cacheDir: string): string => join(home(cacheDir), 'bin', 'secantusd-rs');

/** SecantusDB as it was built earlier. */
export const secantusRustBuilt: Way = {
  engine: 'secantusdb-rust',
  title: 'SecantusDB, built earlier',
  get: async ({ cacheDir }) =>
    existsSync(binary(cacheDir))
      ? secantusRust(binary(cacheDir))
      : { missing: `there is none in ${home(cacheDir)}` },
};

/** SecantusDB, built with cargo: once, some minutes. What an interrupted build has done stays and is used by the next. */
export const secantusRustFromSource: Way = {
  engine: 'secantusdb-rust',
  title: 'SecantusDB, built with cargo',
  get: async (surroundings) => {
    const { cacheDir, env, say } = surroundings;
    const absent = ['cargo', 'cmake'].filter((tool) => !findOnPath(tool, env));
    if (absent.length > 0)
      return { missing: `${absent.join(' and ')} not found (see https://rustup.rs)` };
    mkdirSync(home(cacheDir), { recursive: true });
    const waiting = () =>
      say('MongoDB: another process is building SecantusDB already; waiting for it');
    return withToolLock(join(home(cacheDir), 'build.lock'), waiting, async () => {
      const missing = existsSync(binary(cacheDir)) ? undefined : await build(surroundings);
      return missing ? { missing } : secantusRust(binary(cacheDir));
    });
  },
};

async function build({ cacheDir, env, say }: Surroundings): Promise<string | undefined> {
  const target = join(home(cacheDir), 'target');
  say(`MongoDB: building SecantusDB ${rustVersion} with cargo: once, 3 to 5 minutes on two cores.`);
  say(`MongoDB: it is kept in ${home(cacheDir)}. You may interrupt it: the next start continues.`);
  const failure = await runTool({
    command: 'cargo',
    args: [
      ...['install', 'secantus-mdb', '--version', rustVersion, '--ignore-rust-version'],
      ...['--root', home(cacheDir), '--target-dir', target],
    ],
    env: {
      ...env,
      CARGO_TERM_PROGRESS_WHEN: 'always',
      CARGO_TERM_PROGRESS_WIDTH: '80',
      CARGO_TERM_COLOR: 'never',
    },
    onOutput: compileProgress(say),
  });
  if (failure) return `cargo ${failure}`;
  rmSync(target, { recursive: true, force: true });
  return undefined;
}
