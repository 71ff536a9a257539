import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signToken } from '../gateway/admission/sign-token.ts';
import type { Stop } from '../runtime/lifecycle.ts';
import { services } from '../runtime/services.ts';
import { StartRefused } from '../runtime/settings.ts';
import { askAt, isReady } from './ask.ts';
import { dataDirectory, runningSystem, secretsOf } from './data-dir.ts';
import { startEmbedded } from './start.ts';
import { asStartupError } from './startup-errors.ts';
import { playStory } from './story.ts';
import { anyPorts } from './system.ts';

type DemoSystem = { gatewayUrl: string; jwtSecret: string; stop: Stop };

/**
 * `npm run demo` plays the story on a new system with a short deadline, so that you can watch an
 * order close. It can run beside another system. `npm run demo -- --here` plays the story on the
 * system that is running.
 */
const openSystem = (env: NodeJS.ProcessEnv, args: readonly string[]): Promise<DemoSystem> =>
  args.includes('--here') ? useRunningSystem(env) : startOwnSystem(env);

async function useRunningSystem(env: NodeJS.ProcessEnv): Promise<DemoSystem> {
  const dataDir = dataDirectory(env);
  const gatewayUrl =
    runningSystem(dataDir)?.gatewayUrl ?? `http://127.0.0.1:${env.PORT || services.gateway.port}`;
  const isOurs = runningSystem(dataDir) !== undefined || env.JWT_SECRET;
  if (!isOurs || !(await isReady(gatewayUrl)))
    throw new StartRefused(
      `No system of ${dataDir} is running. Start one with \`npm start\`, or leave \`--here\` out.`,
    );
  console.log(`Playing on the running system at ${gatewayUrl}.`);
  return { gatewayUrl, jwtSecret: secretsOf(dataDir, env).JWT_SECRET, stop: async () => {} };
}

async function startOwnSystem(env: NodeJS.ProcessEnv): Promise<DemoSystem> {
  const { MONGODB_URI: _unused, ...rest } = env;
  const dataDir = mkdtempSync(join(tmpdir(), 'homestay-demo-'));
  console.log('Starting a system for this demo alone: unpaid orders close after 10 seconds.');
  const settings = {
    ...rest,
    ...anyPorts,
    CLOSE_ORDER_AFTER: env.CLOSE_ORDER_AFTER || '10s',
    LOG_LEVEL: env.LOG_LEVEL || 'warn',
  };
  const removeData = () => rmSync(dataDir, { recursive: true, force: true });
  const system = await startEmbedded({ dataDir, env: settings, say: console.log }).catch(
    (error) => {
      removeData();
      throw error;
    },
  );
  return {
    gatewayUrl: system.gatewayUrl,
    jwtSecret: secretsOf(dataDir, settings).JWT_SECRET,
    stop: async () => {
      await system.stop();
      removeData();
    },
  };
}

async function run(): Promise<void> {
  if (process.env.JWKS_URL) {
    throw new StartRefused(
      'JWKS_URL is set. The demo signs its own tokens, which needs a system with JWT_SECRET.',
    );
  }
  const { JWT_ISSUER, JWT_AUDIENCE } = process.env;
  const system = await openSystem(process.env, process.argv.slice(2));
  const askAs = async (userId: string, roles: readonly string[] = []) =>
    askAt(
      system.gatewayUrl,
      await signToken({ JWT_SECRET: system.jwtSecret, JWT_ISSUER, JWT_AUDIENCE }, userId, roles),
    );
  process.once('SIGINT', () => system.stop().finally(() => process.exit(130)));
  process.once('SIGTERM', () => system.stop().finally(() => process.exit(143)));
  try {
    await playStory({ askAs, say: console.log });
  } finally {
    await system.stop();
  }
}

// Agenda leaves a timer behind when it stops, which would keep the process alive for some seconds.
await run().then(
  () => process.exit(0),
  (error) => {
    const startupError = asStartupError(error, process.env);
    console.error(startupError instanceof Error ? startupError.message : startupError);
    process.exit(1);
  },
);
