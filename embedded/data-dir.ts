import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createWhole, replaceWhole } from './atomic-file.ts';
import { isAlive, ourselves, type ProcessIdentity } from './process-identity.ts';

/** Where the embedded system keeps everything that must survive a restart: `DATA_DIR`, or `./data`. */
export const dataDirectory = (env: NodeJS.ProcessEnv = process.env): string =>
  resolve(env.DATA_DIR || 'data');

/** What signs users' tokens, the services' requests to each other, and the sandbox provider's notifications. */
const secretNames = ['JWT_SECRET', 'SERVICE_SECRET', 'SANDBOX_SECRET'] as const;
export type Secrets = Record<(typeof secretNames)[number], string>;

/** The embedded system's secrets: those that are set; the others are made once, at random, and kept for nobody else to read. */
export function secretsOf(dataDir: string, env: NodeJS.ProcessEnv = process.env): Secrets {
  const path = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true });
  createWhole(path, JSON.stringify(secretsFrom(() => randomBytes(32).toString('base64url'))));
  const kept: Secrets = JSON.parse(readFileSync(path, 'utf8'));
  return secretsFrom((name) => env[name] || kept[name]);
}

const secretsFrom = (secretOf: (name: keyof Secrets) => string): Secrets =>
  Object.fromEntries(secretNames.map((name) => [name, secretOf(name)])) as Secrets;

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
