import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../embedded/mongodb/cache.ts';
import { openMongo } from '../embedded/mongodb/open-mongo.ts';

/**
 * Runs `work` with an empty MongoDB of its own: `MONGODB_URI` if it is set, else an embedded one
 * that is removed afterwards. `work` gets the server's process too, if it is ours.
 */
export async function withMongo(
  work: (uri: string, pid: number | undefined) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'homestay-bench-'));
  const mongo = await openMongo({
    dataDir,
    cacheDir: cacheDirectory(),
    env: process.env,
    say: console.error,
  });
  try {
    await work(mongo.uri, mongo.pid);
  } finally {
    await mongo.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
