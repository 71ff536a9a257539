import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive, ourselves, type ProcessIdentity } from './process-identity.ts';
import { createWhole, replaceWhole } from './whole-file.ts';

/** Where the embedded system keeps everything that must survive a restart: `DATA_DIR`, or `./data`. */
export const dataDirectory = (env: NodeJS.ProcessEnv = process.env): string => resolve(env.DATA_DIR || 'data');

/** What signs users' tokens, and what the services sign their requests to each other with. */
export type Secrets = { JWT_SECRET: string; SERVICE_SECRET: string };

/** The embedded system's secrets: those that are set; the others are made once, at random, and kept for nobody else to read. */
export function secretsOf(dataDir: string, env: NodeJS.ProcessEnv = process.env): Secrets {
  const path = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true });
  createWhole(path, JSON.stringify({ JWT_SECRET: newSecret(), SERVICE_SECRET: newSecret() } satisfies Secrets));
  const kept: Secrets = JSON.parse(readFileSync(path, 'utf8'));
  return {
    JWT_SECRET: env.JWT_SECRET || kept.JWT_SECRET,
    SERVICE_SECRET: env.SERVICE_SECRET || kept.SERVICE_SECRET,
  };
}

const newSecret = (): string => randomBytes(32).toString('base64url');

/** Where the system that runs on a data directory can be reached. */
export type RunningSystem = { gatewayUrl: string; mongodbUri: string };

/** Lets `npm run demo` and `npm run import` find this system. The stop takes it back. */
export function announceSystem(dataDir: string, system: RunningSystem): () => Promise<void> {
  const path = join(dataDir, 'running.json');
  replaceWhole(path, JSON.stringify({ ...system, process: ourselves() }));
  return async () => rmSync(path, { force: true });
}

/** The system that runs on a data directory; undefined where none does. */
export function runningSystem(dataDir: string): RunningSystem | undefined {
  try {
    const { process, ...system } = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8'));
    return isAlive(process as ProcessIdentity) ? system : undefined;
  } catch {
    return undefined;
  }
}
