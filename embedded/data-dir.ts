import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createAtomically, replaceAtomically } from './atomic-file.ts';
import { isAlive, ourselves, type ProcessIdentity } from './process-identity.ts';

/** The directory for everything that must survive a restart: `DATA_DIR`, or `./data`. */
export const dataDirectory = (env: NodeJS.ProcessEnv = process.env): string =>
  resolve(env.DATA_DIR || 'data');

/** They sign users' tokens, requests between services, and the sandbox's webhooks. */
const secretNames = ['JWT_SECRET', 'SERVICE_SECRET', 'SANDBOX_SECRET'] as const;
export type Secrets = Record<(typeof secretNames)[number], string>;

/**
 * The system's secrets. Those that are not set are generated once and stored in a file that only
 * its owner can read.
 */
export function secretsOf(dataDir: string, env: NodeJS.ProcessEnv = process.env): Secrets {
  const path = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true });
  createAtomically(path, JSON.stringify(secretsFrom(() => randomBytes(32).toString('base64url'))));
  const kept: Secrets = JSON.parse(readFileSync(path, 'utf8'));
  return secretsFrom((name) => env[name] || kept[name]);
}

const secretsFrom = (secretOf: (name: keyof Secrets) => string): Secrets =>
  Object.fromEntries(secretNames.map((name) => [name, secretOf(name)])) as Secrets;

/** The addresses of the system that runs on a data directory. */
export type RunningSystem = { gatewayUrl: string; mongodbUri: string };

/**
 * Lets `npm run demo` and `npm run import` find this system, until the returned function is called.
 */
export function announceSystem(dataDir: string, system: RunningSystem): () => Promise<void> {
  const path = join(dataDir, 'running.json');
  replaceAtomically(path, JSON.stringify({ ...system, process: ourselves() }));
  return async () => rmSync(path, { force: true });
}

/** The system that runs on a data directory; undefined if none does. */
export function runningSystem(dataDir: string): RunningSystem | undefined {
  try {
    const { process, ...system } = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8'));
    return isAlive(process as ProcessIdentity) ? system : undefined;
  } catch {
    return undefined;
  }
}
