import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDirectory } from '../../embedded/mongodb/cache.ts';

/**
 * What is measured beside ours: folders beside this file, with the packages that they need. None
 * of it is a dependency of the product.
 */
const installs = {
  gateways: ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund'],
  queues: ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund'],
  'schema-checks': ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund'],
  asynq: ['go', 'build', '-o', 'asynq', '.'],
};

export type PeerGroup = keyof typeof installs;

/**
 * Installs what is measured beside ours into the cache, once for each version of its folder.
 * @returns the folder that holds its `node_modules`, or its program
 * @throws where it cannot be installed, as without a network
 */
export async function peerHome(group: PeerGroup): Promise<string> {
  const folder = fileURLToPath(new URL(`./${group}`, import.meta.url));
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, file)));
  const home = join(cacheDirectory(), `bench-${group}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(home)) return home;
  console.error(`installing ${group} to compare with into ${home} …`);
  const building = `${home}.${process.pid}`;
  try {
    mkdirSync(building, { recursive: true });
    cpSync(folder, building, { recursive: true });
    const [command = '', ...args] = installs[group];
    await promisify(execFile)(command, args, { cwd: building, timeout: 300_000 });
    renameSync(building, home);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    if (!existsSync(home)) throw new Error(`could not be installed: ${firstLine(error)}`);
  }
  return home;
}

/** Installs all of them. What can't be installed is told by the benchmark that leaves it out. */
export async function installPeers(): Promise<void> {
  for (const group of Object.keys(installs) as PeerGroup[]) await peerHome(group).catch(() => {});
}

const firstLine = (error: unknown) => (error as Error).message.split('\n', 1)[0];
