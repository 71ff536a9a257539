import { existsSync } from 'node:fs';
import type { Stop } from '../../runtime/lifecycle.ts';
import { type LockedDirectory, lockDirectory, runningServer } from './data-directory.ts';
import { type Engine, type EngineSource, engineNames, ProvisionError, type Say } from './engine.ts';
import { mongodDownloaded, mongodFromNetwork, mongodOnPath } from './mongod-sources.ts';
import { secantusPythonVenv } from './secantusdb-python.ts';
import { secantusRustBuilt, secantusRustFromSource } from './secantusdb-rust.ts';
import { type RunningServer, startServer } from './server.ts';

export type OpenMongoOptions = {
  /** Where an embedded server keeps its files. Existing files are opened. */
  dataDir: string;
  /** The directory for built and downloaded servers. */
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  say: Say;
};

export type Mongo = {
  uri: string;
  /** For people. */
  description: string;
  /** The server's process, if it is ours. */
  pid?: number;
  /** Calls `listener` if the server ends without being stopped. */
  onFailure: (listener: () => void) => void;
  stop: Stop;
};

/** Sources of a MongoDB, best first: installed, then downloaded, then built. */
const sources: readonly EngineSource[] = [
  mongodOnPath,
  mongodDownloaded,
  secantusRustBuilt,
  mongodFromNetwork,
  secantusRustFromSource,
  secantusPythonVenv,
];

/**
 * Opens the MongoDB at `MONGODB_URI`, or finds, downloads or builds one that runs until our process
 * ends.
 * `EMBEDDED_MONGODB` selects the engine.
 * @throws ProvisionError that tells the user what to do
 */
export async function openMongo({ dataDir, cacheDir, env, say }: OpenMongoOptions): Promise<Mongo> {
  if (env.MONGODB_URI) {
    return notOurs(env.MONGODB_URI, 'the MongoDB that MONGODB_URI names');
  }
  const wanted = env.EMBEDDED_MONGODB;
  if (wanted && !(engineNames as readonly string[]).includes(wanted)) {
    throw new ProvisionError(`EMBEDDED_MONGODB must be one of ${engineNames.join(', ')}`);
  }
  const directory = await lockDirectory(dataDir, say);
  try {
    if (wanted && directory.engine && wanted !== directory.engine)
      throw new ProvisionError(otherEngine(dataDir, directory, wanted));
    const missed: string[] = [];
    for (const source of sources.filter(
      ({ engine }) => engine === (directory.engine ?? wanted ?? engine),
    )) {
      const engine = await source.get({ cacheDir, env, say });
      const started = 'missing' in engine ? engine : await start(engine, directory, say);
      if (!('missing' in started)) return started;
      missed.push(`  - ${source.title}: ${started.missing}`);
    }
    throw new ProvisionError(nothingFound(dataDir, directory, missed));
  } catch (error) {
    directory.release();
    throw error;
  }
}

/** The MongoDB for a command: that of the running system, else a server on its data. */
export async function findMongo(options: OpenMongoOptions): Promise<Mongo> {
  const running = options.env.MONGODB_URI ? undefined : runningServer(options.dataDir);
  return running ? notOurs(running, 'the database of the running system') : openMongo(options);
}

const notOurs = (uri: string, description: string): Mongo => ({
  uri,
  description,
  onFailure: () => {},
  stop: async () => {},
});

async function start(
  engine: Engine,
  directory: LockedDirectory,
  say: Say,
): Promise<Mongo | { missing: string }> {
  const isNew = !existsSync(directory.files);
  say(`MongoDB: starting ${engine.description} on ${directory.files}`);
  directory.claim(engine.name);
  let server: RunningServer;
  try {
    server = await startServer(engine, directory.files);
  } catch (error) {
    if (isNew) directory.abandon();
    if (error instanceof ProvisionError && isNew) return { missing: error.message };
    throw error;
  }
  const uri = `mongodb://127.0.0.1:${server.port}/?directConnection=true`;
  directory.announce(server.pid, uri);
  let stopping = false;
  return {
    uri,
    description: engine.description,
    pid: server.pid,
    onFailure: (listener) => void server.ended.then(() => stopping || listener()),
    stop: async () => {
      stopping = true;
      await server.stop();
      directory.release();
    },
  };
}

const otherEngine = (dataDir: string, { engine }: LockedDirectory, wanted: string): string =>
  `the data in ${dataDir} was written by ${engine}, which ${wanted} can't read. ` +
  `Unset EMBEDDED_MONGODB, or set DATA_DIR to another directory.`;

const nothingFound = (
  dataDir: string,
  { engine }: LockedDirectory,
  missed: readonly string[],
): string =>
  [
    engine
      ? `The data in ${dataDir} was written by ${engine}, which was not found:`
      : 'No MongoDB was found. These were tried:',
    ...missed,
    'Do one of these:',
    '  - set MONGODB_URI to a MongoDB replica set (mongodb://…)',
    '  - install MongoDB, so that `mongod` is on the PATH',
    '  - install cargo (https://rustup.rs) and cmake, or python3 with its venv module; the rest is automatic',
    ...(engine ? ['  - set DATA_DIR to another directory, and start with empty data'] : []),
  ].join('\n');
