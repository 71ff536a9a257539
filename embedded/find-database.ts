import { dataDirectory } from './data-dir.ts';
import { cacheDirectory } from './mongodb/cache.ts';
import { findMongo, type Mongo } from './mongodb/open-mongo.ts';

/** The database that an import goes to: the one MONGODB_URI names, else that of the running system, else its files, opened here. */
export async function findDatabase(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Mongo> {
  return findMongo({ dataDir: dataDirectory(env), cacheDir: cacheDirectory(env), env, say });
}
