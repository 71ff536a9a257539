import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineSource } from './engine.ts';
import { findOnPath } from './find-on-path.ts';
import { mongod } from './mongod.ts';
import { downloadProgress } from './progress.ts';
import { runTool } from './tool.ts';

const downloadHost = 'fastdl.mongodb.org';
const reachLimitMs = 3_000;
const downloadLimitMs = 10 * 60_000;

/** A mongod that is installed. */
export const mongodOnPath: EngineSource = {
  engine: 'mongod',
  title: 'a mongod on the PATH',
  get: async ({ env }) => {
    const command = findOnPath('mongod', env);
    return command ? mongod(command) : { missing: 'not found' };
  },
};

/** A mongod that mongodb-memory-server has downloaded before. */
export const mongodDownloaded: EngineSource = {
  engine: 'mongod',
  title: 'a mongod downloaded earlier',
  get: async ({ cacheDir }) => {
    const command = await locate(cacheDir);
    return command ? mongod(command) : { missing: 'not found' };
  },
};

/** A mongod from MongoDB's download server. */
export const mongodFromNetwork: EngineSource = {
  engine: 'mongod',
  title: 'a download of mongod',
  get: async ({ cacheDir, env, say }) => {
    const unreachable = usesProxy(env) ? undefined : await whyUnreachable(downloadHost);
    if (unreachable) return { missing: `${downloadHost} can't be reached (${unreachable})` };
    say('MongoDB: downloading mongod, about 100 MB. This happens once.');
    const script = fileURLToPath(new URL('./download-mongod.ts', import.meta.url));
    const failure = await runTool({
      command: process.execPath,
      args: [
        '--import',
        createRequire(import.meta.url).resolve('tsx'),
        script,
        downloads(cacheDir),
      ],
      // Otherwise the library does not check the server's certificate.
      env: { ...env, npm_config_strict_ssl: 'true' },
      onOutput: downloadProgress(say),
      limitMs: downloadLimitMs,
    });
    const command = failure ? undefined : await locate(cacheDir);
    return command ? mongod(command) : { missing: `the download ${failure ?? 'produced no file'}` };
  },
};

const downloads = (cacheDir: string): string => join(cacheDir, 'mongod');

/** Looks for a mongod without downloading one. MongoDB does not support every system. */
async function locate(cacheDir: string): Promise<string | undefined> {
  // Loaded only here, because a production image has no mongodb-memory-server.
  const { DryMongoBinary } = await import('mongodb-memory-server');
  const wanted = { version: '', downloadDir: downloads(cacheDir) };
  return DryMongoBinary.locateBinary(wanted).catch(() => undefined);
}

const usesProxy = (env: NodeJS.ProcessEnv): boolean =>
  ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].some((name) => env[name]);

/**
 * Why a host can't be reached within three seconds. Checked first, because a failing download takes
 * much longer.
 */
const whyUnreachable = (host: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port: 443 });
    const end = (why?: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(why);
    };
    const timer = setTimeout(() => end(`no answer within ${reachLimitMs / 1000} s`), reachLimitMs);
    socket
      .once('connect', () => end())
      .once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
