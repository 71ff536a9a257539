import { cacheDirectory } from '../../../embedded/mongodb/cache.ts';
import { type Mongo, openMongo } from '../../../embedded/mongodb/open-mongo.ts';

/** The database that an import goes to: the one MONGODB_URI names, else that of the running system, else its files, opened here. */
export async function findDatabase(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<Mongo> {
  return openMongo({ dataDir: env.DATA_DIR || 'data', cacheDir: cacheDirectory(env), env, say });
}
