import { dataDirectory } from './data-dir.ts';
import { cacheDirectory } from './mongodb/cache.ts';
import { findMongo, type Mongo } from './mongodb/open-mongo.ts';

/**
 * The database of a command: MONGODB_URI, else that of the running system, else a server on its
 * files.
 */
export async function findDatabase(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Mongo> {
  return findMongo({ dataDir: dataDirectory(env), cacheDir: cacheDirectory(env), env, say });
}
