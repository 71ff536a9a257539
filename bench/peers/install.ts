import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDirectory } from '../../embedded/mongodb/cache.ts';

/** The packages of peers: folders beside this file. They are no dependencies of the product. */
export type PeerGroup = 'gateways' | 'queues' | 'schema-checks';

/**
 * Installs what is measured beside ours into the cache, once for each version of its package.
 * @returns the folder whose `node_modules` holds it
 * @throws where it cannot be installed, as without a network
 */
export async function peerHome(group: PeerGroup): Promise<string> {
  const file = fileURLToPath(new URL(`./${group}/package.json`, import.meta.url));
  const key = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
  const home = join(cacheDirectory(), `bench-${group}-${key}`);
  if (existsSync(home)) return home;
  console.error(`installing the ${group} to compare with into ${home} …`);
  const building = `${home}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  try {
    cpSync(file, join(building, 'package.json'));
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', install, { cwd: building, timeout: 300_000 });
    renameSync(building, home);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    if (!existsSync(home)) throw new Error(`could not be installed: ${firstLine(error)}`);
  }
  return home;
}

const firstLine = (error: unknown) => (error as Error).message.split('\n', 1)[0];
