import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWhole, replaceWhole } from '../atomic-file.ts';
import { identify, isAlive, ourselves, type ProcessIdentity } from '../process-identity.ts';
import { type EngineName, engineNames, ProvisionError, type Say } from './engine.ts';

/** What `server.json` tells of the server on a data directory: who runs it, and where it listens. */
type ServerRecord = { owner: ProcessIdentity; server?: ProcessIdentity; uri?: string };

const pathsOf = (dataDir: string) => {
  const home = join(dataDir, 'mongodb');
  return {
    home,
    files: join(home, 'files'),
    engine: join(home, 'engine'),
    server: join(home, 'server.json'),
  };
};

/** A data directory while it is ours alone. */
export type HeldDirectory = {
  /** Where the engine keeps its files. */
  files: string;
  /** Which engine has written the files; undefined where there are none. */
  engine: EngineName | undefined;
  /** Remembers which engine writes here from now on. */
  claim: (engine: EngineName) => void;
  /** Takes back a claim on files that never held anything. */
  abandon: () => void;
  /** Tells others where the server listens. */
  announce: (pid: number, uri: string) => void;
  /** Gives the directory up. */
  release: () => void;
};

/**
 * Takes a data directory for this process alone. A server whose owner was killed is ended first.
 * @throws ProvisionError where another process is using it
 */
export async function holdDirectory(dataDir: string, say: Say): Promise<HeldDirectory> {
  const { home, files, engine, server } = pathsOf(dataDir);
  mkdirSync(home, { recursive: true });
  const record: ServerRecord = { owner: ourselves() };
  while (!createWhole(server, JSON.stringify(record))) await clearAway(dataDir, say);
  const written = existsSync(engine) ? readFileSync(engine, 'utf8').trim() : undefined;
  if (written !== undefined && !isEngineName(written)) {
    rmSync(server);
    throw new ProvisionError(`${engine} names no engine this version knows: ${written}`);
  }
  return {
    files,
    engine: written,
    claim: (name) => replaceWhole(engine, `${name}\n`),
    abandon: () => {
      rmSync(files, { recursive: true, force: true });
      rmSync(engine, { force: true });
    },
    announce: (pid, uri) =>
      replaceWhole(server, JSON.stringify({ ...record, server: identify(pid), uri })),
    release: () => rmSync(server, { force: true }),
  };
}

/** The address of the server that runs on a data directory; undefined where none does. */
export function runningServer(dataDir: string): string | undefined {
  const record = readRecord(pathsOf(dataDir).server);
  return record?.server && record.uri && isAlive(record.server) && isAlive(record.owner)
    ? record.uri
    : undefined;
}

async function clearAway(dataDir: string, say: Say): Promise<void> {
  const path = pathsOf(dataDir).server;
  const record = readRecord(path);
  if (record && isAlive(record.owner)) {
    throw new ProvisionError(
      `${dataDir} is in use by process ${record.owner.pid}. Stop that one first, or give this one a DATA_DIR of its own.`,
    );
  }
  if (record?.server && isAlive(record.server)) {
    say(
      `MongoDB: ending server ${record.server.pid}, which a process that was killed has left behind`,
    );
    await endProcess(record.server);
  }
  rmSync(path, { force: true });
}

const endLimitMs = 15_000;

async function endProcess(server: ProcessIdentity): Promise<void> {
  const limit = Date.now() + endLimitMs;
  signal(server, 'SIGTERM');
  while (isAlive(server)) {
    if (Date.now() > limit) signal(server, 'SIGKILL');
    await sleep(50);
  }
}

function signal({ pid }: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const isEngineName = (name: string): name is EngineName =>
  (engineNames as readonly string[]).includes(name);

function readRecord(path: string): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
