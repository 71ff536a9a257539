import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Stop } from '../../runtime/lifecycle.ts';
import { ProvisionError, type Say } from './engine.ts';
import { rustVersion, secantusRust } from './secantusdb.ts';
import { startServer } from './server.ts';

export type OpenMongoOptions = {
  /** Where an embedded server keeps its files; what is there already is opened again. */
  dataDir: string;
  /** Where servers that were built or downloaded stay. */
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  say: Say;
};

export type Mongo = { uri: string; description: string; stop: Stop };

/** A MongoDB to run on: the one that `MONGODB_URI` names, or one that is found, downloaded or built, and started here. */
export async function openMongo({ dataDir, cacheDir, env, say }: OpenMongoOptions): Promise<Mongo> {
  if (env.MONGODB_URI) {
    return { uri: env.MONGODB_URI, description: 'the MongoDB that MONGODB_URI names', stop: async () => {} };
  }
  const command = join(cacheDir, `secantusdb-${rustVersion}`, 'bin', 'secantusd-rs');
  if (!existsSync(command)) throw new ProvisionError(`there is no MongoDB here: set MONGODB_URI, or build ${command}`);
  const engine = secantusRust(command);
  say(`MongoDB: starting ${engine.description}`);
  const { port, stop } = await startServer(engine, join(dataDir, 'mongodb'));
  return { uri: `mongodb://127.0.0.1:${port}/?directConnection=true`, description: engine.description, stop };
}
