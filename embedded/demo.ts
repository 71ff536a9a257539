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
import { inPlainWords } from './startup-errors.ts';
import { playStory } from './story.ts';
import { anyPorts } from './system.ts';

type Stage = { gatewayUrl: string; jwtSecret: string; stop: Stop };

/**
 * `npm run demo` plays the whole story on a system of its own with a short deadline, so that an order closes before one's
 * eyes, also beside a running system. `npm run demo -- --here` plays it on the running one.
 */
const openStage = (env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Stage> =>
  args.includes('--here') ? runningStage(env) : startOwn(env);

async function runningStage(env: NodeJS.ProcessEnv): Promise<Stage> {
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

async function startOwn(env: NodeJS.ProcessEnv): Promise<Stage> {
  const { MONGODB_URI: _notForPlay, ...rest } = env;
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
      'JWKS_URL is set: the demo makes tokens of its own, and so needs a system that takes JWT_SECRET.',
    );
  }
  const { JWT_ISSUER, JWT_AUDIENCE } = process.env;
  const stage = await openStage(process.env, process.argv.slice(2));
  const askAs = async (userId: string, roles: readonly string[] = []) =>
    askAt(
      stage.gatewayUrl,
      await signToken({ JWT_SECRET: stage.jwtSecret, JWT_ISSUER, JWT_AUDIENCE }, userId, roles),
    );
  process.once('SIGINT', () => stage.stop().finally(() => process.exit(130)));
  process.once('SIGTERM', () => stage.stop().finally(() => process.exit(143)));
  try {
    await playStory({ askAs, say: console.log });
  } finally {
    await stage.stop();
  }
}

// A timer that Agenda leaves behind when it is stopped would keep the process up for some seconds more.
await run().then(
  () => process.exit(0),
  (error) => {
    const told = inPlainWords(error, process.env);
    console.error(told instanceof Error ? told.message : told);
    process.exit(1);
  },
);
