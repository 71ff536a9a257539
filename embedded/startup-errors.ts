import { portSetting, serviceNames, services } from '../runtime/services.ts';
import { StartRefused } from '../runtime/settings.ts';
import { ProvisionError } from './mongodb/engine.ts';

const diskTrouble: Record<string, string> = {
  EACCES: 'it is not writable',
  EROFS: 'it is not writable',
  ENOTDIR: 'it is not a directory',
  ENOSPC: 'the disk is full',
};

/**
 * Turns an error that the user can solve into a sentence that says how. Returns any other error as
 * it is.
 */
export function asStartupError(error: unknown, env: NodeJS.ProcessEnv): unknown {
  if (error instanceof ProvisionError) return new StartRefused(error.message);
  const { code, port, path } = error as { code?: string; port?: number; path?: string };
  if (code === 'EADDRINUSE') {
    const [, setting] = portsOf(env).find(([taken]) => taken === port) ?? [undefined, 'PORT'];
    return new StartRefused(
      `Port ${port} is in use by another program. Stop that program, or choose another port: ` +
        `${setting}=${(port ?? 0) + 100} npm start`,
    );
  }
  if (code === 'EADDRNOTAVAIL')
    return new StartRefused(`HOST=${env.HOST}: this machine does not have that address.`);
  if (code && code in diskTrouble) {
    const why = diskTrouble[code];
    return new StartRefused(
      `${path ?? 'The data directory'}: ${why}. DATA_DIR sets another directory.`,
    );
  }
  if ((error as Error)?.name === 'MongoServerSelectionError') {
    return new StartRefused(
      `MongoDB does not answer: ${(error as Error).message}. Is MONGODB_URI right, and is it running?`,
    );
  }
  return error;
}

const portsOf = (env: NodeJS.ProcessEnv): [number, string][] =>
  serviceNames.map((name) => {
    const setting = portSetting(name);
    return [Number(env[setting] || services[name].port), setting];
  });
