import { dataDirectory } from '../../../embedded/home.ts';
import { cacheDirectory } from '../../../embedded/mongodb/cache.ts';
import { findMongo, type Mongo } from '../../../embedded/mongodb/open-mongo.ts';

/** The database that an import goes to: the one MONGODB_URI names, else that of the running system, else its files, opened here. */
export async function findDatabase(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<Mongo> {
  return findMongo({ dataDir: dataDirectory(env), cacheDir: cacheDirectory(env), env, say });
}
