import { existsSync } from 'node:fs';
import type { Stop } from '../../runtime/lifecycle.ts';
import { type HeldDirectory, holdDirectory, runningServer } from './data-directory.ts';
import { type Engine, engineNames, ProvisionError, type Say, type Way } from './engine.ts';
import { mongodDownloaded, mongodFromNetwork, mongodOnPath } from './mongod-ways.ts';
import { secantusPythonVenv } from './secantusdb-python.ts';
import { secantusRustBuilt, secantusRustFromSource } from './secantusdb-rust.ts';
import { type RunningServer, startServer } from './server.ts';

export type OpenMongoOptions = {
  /** Where an embedded server keeps its files; what is there already is opened again. */
  dataDir: string;
  /** Where servers that were built or downloaded stay. */
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  say: Say;
};

export type Mongo = {
  uri: string;
  /** What it is, for people. */
  description: string;
  /** Is told when it ends by itself, which it never should. */
  onFailure: (told: () => void) => void;
  stop: Stop;
};

/** The ways to a MongoDB, best first: what is here already, then what can be fetched, then what can be built. */
const ways: readonly Way[] = [
  mongodOnPath,
  mongodDownloaded,
  secantusRustBuilt,
  mongodFromNetwork,
  secantusRustFromSource,
  secantusPythonVenv,
];

/**
 * A MongoDB to run on: the one that `MONGODB_URI` names, or one that is found, downloaded or built, and runs as long as
 * this process does. `EMBEDDED_MONGODB` names the engine where it should be a certain one.
 * @throws ProvisionError that says what the person at the terminal can do
 */
export async function openMongo({ dataDir, cacheDir, env, say }: OpenMongoOptions): Promise<Mongo> {
  if (env.MONGODB_URI) {
    return notOurs(env.MONGODB_URI, 'the MongoDB that MONGODB_URI names');
  }
  const wanted = env.EMBEDDED_MONGODB;
  if (wanted && !(engineNames as readonly string[]).includes(wanted)) {
    throw new ProvisionError(`EMBEDDED_MONGODB must be one of ${engineNames.join(', ')}`);
  }
  const directory = await holdDirectory(dataDir, say);
  try {
    if (wanted && directory.engine && wanted !== directory.engine)
      throw new ProvisionError(otherEngine(dataDir, directory, wanted));
    const missed: string[] = [];
    for (const way of ways.filter(
      ({ engine }) => engine === (directory.engine ?? wanted ?? engine),
    )) {
      const engine = await way.get({ cacheDir, env, say });
      const started = 'missing' in engine ? engine : await start(engine, directory, say);
      if (!('missing' in started)) return started;
      missed.push(`  - ${way.title}: ${started.missing}`);
    }
    throw new ProvisionError(nothingFound(dataDir, directory, missed));
  } catch (error) {
    directory.release();
    throw error;
  }
}

/** The MongoDB that commands beside the running system work on: that system's, else one of their own on its data. */
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
  directory: HeldDirectory,
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
    onFailure: (told) => server.ended.then(() => stopping || told()),
    stop: async () => {
      stopping = true;
      await server.stop();
      directory.release();
    },
  };
}

const otherEngine = (dataDir: string, { engine }: HeldDirectory, wanted: string): string =>
  `the data in ${dataDir} was written by ${engine}, which ${wanted} can't read. ` +
  `Unset EMBEDDED_MONGODB, or set DATA_DIR to another directory.`;

const nothingFound = (
  dataDir: string,
  { engine }: HeldDirectory,
  missed: readonly string[],
): string =>
  [
    engine
      ? `The data in ${dataDir} was written by ${engine}, and there is no ${engine} here now:`
      : 'There is no MongoDB to run on. Tried, one after the other:',
    ...missed,
    'Any one of these helps:',
    '  - set MONGODB_URI to a MongoDB replica set you have (mongodb://…)',
    '  - install MongoDB, so that `mongod` is on the PATH',
    '  - install cargo (https://rustup.rs) and cmake, or python3 with its venv module; the rest is done for you',
    ...(engine ? ['  - set DATA_DIR to another directory, and begin with empty data'] : []),
  ].join('\n');
