import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineSearch, EngineSource } from './engine.ts';
import { findOnPath } from './find-on-path.ts';
import { compileProgress } from './progress.ts';
import { rustVersion, secantusRust } from './secantusdb.ts';
import { runTool } from './tool.ts';
import { withToolLock } from './tool-lock.ts';

const installDir = (cacheDir: string): string => join(cacheDir, `secantusdb-${rustVersion}`);
const binary = (cacheDir: string): string => join(installDir(cacheDir), 'bin', 'secantusd-rs');

/** SecantusDB that was built before. */
export const secantusRustBuilt: EngineSource = {
  engine: 'secantusdb-rust',
  title: 'SecantusDB, built earlier',
  get: async ({ cacheDir }) =>
    existsSync(binary(cacheDir))
      ? secantusRust(binary(cacheDir))
      : { missing: `not found in ${installDir(cacheDir)}` },
};

/**
 * SecantusDB, built with cargo in some minutes. An interrupted build is continued by the next one.
 */
export const secantusRustFromSource: EngineSource = {
  engine: 'secantusdb-rust',
  title: 'SecantusDB, built with cargo',
  get: async (search) => {
    const { cacheDir, env, say } = search;
    const absent = ['cargo', 'cmake'].filter((tool) => !findOnPath(tool, env));
    if (absent.length > 0)
      return { missing: `${absent.join(' and ')} not found (see https://rustup.rs)` };
    mkdirSync(installDir(cacheDir), { recursive: true });
    const waiting = () => say('MongoDB: waiting for another process that builds SecantusDB');
    return withToolLock(join(installDir(cacheDir), 'build.lock'), waiting, async () => {
      const missing = existsSync(binary(cacheDir)) ? undefined : await build(search);
      return missing ? { missing } : secantusRust(binary(cacheDir));
    });
  },
};

async function build({ cacheDir, env, say }: EngineSearch): Promise<string | undefined> {
  const target = join(installDir(cacheDir), 'target');
  say(`MongoDB: building SecantusDB ${rustVersion} with cargo: 3 to 5 minutes on two cores, once.`);
  say(
    `MongoDB: it is kept in ${installDir(cacheDir)}. If you interrupt the build, the next start continues it.`,
  );
  const failure = await runTool({
    command: 'cargo',
    args: [
      ...['install', 'secantus-mdb', '--version', rustVersion, '--ignore-rust-version'],
      ...['--root', installDir(cacheDir), '--target-dir', target],
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
