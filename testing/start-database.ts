import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../embedded/mongodb/cache.ts';
import { openMongo } from '../embedded/mongodb/open-mongo.ts';

const buildsOfTests = fileURLToPath(new URL('../data/test-build', import.meta.url));

/**
 * jest's global setup: one real server for the whole run, on an empty directory of its own, at
 * TEST_MONGODB_URI. Set that yourself and the tests run on your server, each file in databases of
 * its own. It also chooses where tests compile what they start as processes: see `compiled.ts`.
 */
export default async function startTestDatabase(): Promise<void> {
  process.env.TEST_BUILD = join(buildsOfTests, String(process.pid));
  const { TEST_MONGODB_URI, MONGODB_URI: _notForTests, ...env } = process.env;
  if (TEST_MONGODB_URI) return;
  const dataDir = mkdtempSync(join(tmpdir(), 'homestay-test-'));
  const mongo = await openMongo({
    dataDir,
    cacheDir: cacheDirectory(),
    env,
    say: (line) => console.error(line),
  });
  process.env.TEST_MONGODB_URI = mongo.uri;
  Object.assign(globalThis, {
    async stopTestDatabase() {
      await mongo.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  });
}
