import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAtomically, replaceAtomically } from '../atomic-file.ts';
import { identify, isAlive, ourselves, type ProcessIdentity } from '../process-identity.ts';
import { type EngineName, engineNames, ProvisionError, type Say } from './engine.ts';

/**
 * The content of `server.json`: which process runs the server of a data directory, and where it
 * listens.
 */
type ServerRecord = { owner: ProcessIdentity; server?: ProcessIdentity; uri?: string };

const pathsOf = (dataDir: string) => {
  const root = join(dataDir, 'mongodb');
  return {
    root,
    files: join(root, 'files'),
    engine: join(root, 'engine'),
    server: join(root, 'server.json'),
  };
};

/** A data directory that only this process uses. */
export type LockedDirectory = {
  /** Where the engine keeps its files. */
  files: string;
  /** Which engine has written the files; undefined if there are none. */
  engine: EngineName | undefined;
  /** Records which engine writes here from now on. */
  claim: (engine: EngineName) => void;
  /** Removes the record and the files of an engine that could not start on new data. */
  abandon: () => void;
  /** Records where the server listens, for other commands. */
  announce: (pid: number, uri: string) => void;
  /** Lets other processes use the directory. */
  release: () => void;
};

/**
 * Locks a data directory. If the process that used it was killed, its server is ended first.
 * @throws ProvisionError if another process is using it
 */
export async function lockDirectory(dataDir: string, say: Say): Promise<LockedDirectory> {
  const { root, files, engine, server } = pathsOf(dataDir);
  mkdirSync(root, { recursive: true });
  const record: ServerRecord = { owner: ourselves() };
  while (!createAtomically(server, JSON.stringify(record))) await removeStaleLock(dataDir, say);
  const written = existsSync(engine) ? readFileSync(engine, 'utf8').trim() : undefined;
  if (written !== undefined && !isEngineName(written)) {
    rmSync(server);
    throw new ProvisionError(`${engine} names an unknown engine: ${written}`);
  }
  return {
    files,
    engine: written,
    claim: (name) => replaceAtomically(engine, `${name}\n`),
    abandon: () => {
      rmSync(files, { recursive: true, force: true });
      rmSync(engine, { force: true });
    },
    announce: (pid, uri) =>
      replaceAtomically(server, JSON.stringify({ ...record, server: identify(pid), uri })),
    release: () => rmSync(server, { force: true }),
  };
}

/** The address of the server that runs on a data directory; undefined if none does. */
export function runningServer(dataDir: string): string | undefined {
  const record = readRecord(pathsOf(dataDir).server);
  return record?.server && record.uri && isAlive(record.server) && isAlive(record.owner)
    ? record.uri
    : undefined;
}

async function removeStaleLock(dataDir: string, say: Say): Promise<void> {
  const path = pathsOf(dataDir).server;
  const record = readRecord(path);
  if (record && isAlive(record.owner)) {
    throw new ProvisionError(
      `${dataDir} is in use by process ${record.owner.pid}. Stop that process, or set another DATA_DIR.`,
    );
  }
  if (record?.server && isAlive(record.server)) {
    say(`MongoDB: ending server ${record.server.pid}, left behind by a process that was killed`);
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
