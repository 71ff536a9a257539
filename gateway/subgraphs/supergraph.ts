import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';

export type FollowSupergraphOptions = {
  file: string;
  /** Serves a supergraph from now on, whole or not at all. @throws what is wrong with it */
  serve: (supergraphSdl: string) => void;
  log: Log;
  lookEveryMs?: number;
};

/**
 * Serves the composed schema in a file, and each new one that is put in its place. One that cannot
 * be served is refused and logged, and the one before goes on serving. The file is polled: file
 * events get lost on network and container mounts.
 * @throws where the first cannot be served
 */
export async function followSupergraph({
  file,
  serve,
  log,
  lookEveryMs = 1_000,
}: FollowSupergraphOptions): Promise<Stop> {
  let serving = await readFile(file, 'utf8').catch((error) => {
    throw new Error(`the supergraph cannot be read: ${error.message}`, { cause: error });
  });
  serve(serving);

  const onChange = async () => {
    try {
      const next = await readFile(file, 'utf8');
      if (next === serving) return;
      serve(next);
      serving = next;
      log.info({ file }, 'serving the new supergraph');
    } catch (error) {
      log.error(
        { err: error, file },
        'the new supergraph is refused, the one before goes on serving',
      );
    }
  };
  watchFile(file, { interval: lookEveryMs, persistent: false }, onChange);
  return async () => unwatchFile(file, onChange);
}
